"""The supervisors' pages and decisions of a second person."""
