"""API: documentation of the interface."""
