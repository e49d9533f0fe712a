"""Blank sheets for when the network is down."""
