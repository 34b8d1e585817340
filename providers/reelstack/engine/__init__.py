"""The embedded deployment engine: runs a Pulumi program and the dynamic provider host without the Pulumi CLI."""
