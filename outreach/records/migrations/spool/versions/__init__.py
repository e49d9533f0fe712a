"""Versions of the tables of the spool."""
