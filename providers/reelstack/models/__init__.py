"""Frozen values in our own words, without I/O. Everyone speaks in them; they know nobody but the ground."""
