"""Her phones, addresses and places: what is known of each, how it is kept, what is the safest way now."""
