"""DBS: database."""
