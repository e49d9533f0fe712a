"""Pages of letters and of their stacks."""
