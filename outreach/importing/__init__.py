"""Bringing over cases a team had before Wayside: a file is read, checked whole, then one case opens for each row."""
