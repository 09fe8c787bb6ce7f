"""OBS: observability."""
