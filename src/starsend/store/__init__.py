"""Where records, locks, the inbox and media lie."""
