"""The only place that knows httpx: transport, retry, rate limit, decoding, signing."""
