"""The offline painter: words become storyboard sheets and animatics, on one core, without any model."""
