"""From a sealed deposit to a case: opened, checked, kept, and what is set aside for a person."""
