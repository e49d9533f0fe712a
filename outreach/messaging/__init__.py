"""Texts and letters: what leaves, and only with the permission of the gate."""
