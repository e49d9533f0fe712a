"""Due work: what is due, who claims it, and the clock that asks."""
