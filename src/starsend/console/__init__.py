"""The Console: the web page where a person chooses, and the JSON API. No logic that the command line lacks."""
