"""Where the service answers, by region. The settings may name another endpoint; that is decided by who opens it."""

from __future__ import annotations


def endpoint(region: str) -> str:
    """The address for a region: each has its own, also where the vendor's SDK knows only a central one."""
    return f"https://ice.{region}.aliyuncs.com"
