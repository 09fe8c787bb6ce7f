"""DEP: deployment."""
