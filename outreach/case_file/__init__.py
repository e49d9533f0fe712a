"""A case as it is kept and shown: its boxes, its history, lists by handle."""
