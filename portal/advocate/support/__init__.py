"""Pages of needs, services, referrals and releases."""
