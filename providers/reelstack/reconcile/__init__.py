"""The decisions: what changed, what it means, what to do. Pure, but for the modules that wait and look."""
