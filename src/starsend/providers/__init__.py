"""What makes grids and takes: the Protocol, and one adapter a vendor."""
