"""Restricted cases, and conflict walls: who may not see a case, whatever their role."""
