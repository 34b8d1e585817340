"""Reelstack: campaign video as code."""
