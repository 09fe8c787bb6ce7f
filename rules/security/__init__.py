"""SEC: security."""
