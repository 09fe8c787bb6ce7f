"""What third-party names mean: TOML tables, one file a subject, loaded once."""
