"""Nights and alarms: who is on call, how they are paged, what they may see."""
