"""Decisions that need a second person: asked for, given, and for how long they count."""
