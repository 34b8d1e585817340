"""One httpx.Auth per signature scheme."""
