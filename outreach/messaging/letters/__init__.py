"""Letters: drafted, released, printed, counted, mailed, come back."""
