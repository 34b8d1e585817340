"""The Huawei Cloud VOD room: editing tasks and assets over REST, with its own gateway and identity service."""
