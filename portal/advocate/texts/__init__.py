"""Pages of texts, of her yes and no to them, and the outbox."""
