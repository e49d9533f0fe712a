"""Pages of talking together: her own view, questions, the plan."""
