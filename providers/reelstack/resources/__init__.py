"""The Pulumi resources: thin, and with module paths that are frozen because users' states hold them."""
