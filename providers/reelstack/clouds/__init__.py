"""One package per cloud service, and the protocols that the rest of the house speaks to them by."""
