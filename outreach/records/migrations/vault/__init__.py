"""Versions of the tables of the vault."""
