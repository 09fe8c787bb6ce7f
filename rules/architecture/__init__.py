"""ARC: architecture."""
