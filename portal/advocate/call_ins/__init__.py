"""Pages of call-ins."""
