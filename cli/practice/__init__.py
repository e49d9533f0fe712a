"""Practice: the demo's people in a home that stays, for those who learn the work. Nobody can be reached from it."""
