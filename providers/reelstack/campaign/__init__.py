"""Campaign files: load with line numbers, compile for a cloud, declare as resources."""
