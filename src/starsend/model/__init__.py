"""Pure data: what a slate, a state, a take and a sum of money are. No I/O, no clock, no randomness."""
