"""Who she is, and whether two cases are one person's. A person decides; nothing merges by itself."""
