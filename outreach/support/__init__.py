"""What she needs, local services, what she signed for, and putting her in touch."""
