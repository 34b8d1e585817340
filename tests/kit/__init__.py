"""What tests share: a clock that moves when told, and a cloud that is a dictionary."""
