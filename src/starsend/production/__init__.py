"""The workflow and the money: what CLI and Console call."""
