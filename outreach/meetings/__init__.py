"""Meetings where she chooses: planned, checked, watched over, called off."""
