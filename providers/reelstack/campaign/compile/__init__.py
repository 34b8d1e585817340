"""From the portable timeline to each cloud's own: one module per cloud, pure functions."""
