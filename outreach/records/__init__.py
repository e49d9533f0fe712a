"""Tables. Typed columns and constraints only; state changes go through functions in outreach."""
