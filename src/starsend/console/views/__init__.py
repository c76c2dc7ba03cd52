"""What the pages and the API show, as plain data: made from records and plans, rendered elsewhere."""
