"""What the speed table promises, measured side by side in one run; nothing here is a test."""
