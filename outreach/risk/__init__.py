"""Talking together: instruments as data, results that only rise by judgement, safety plans."""
