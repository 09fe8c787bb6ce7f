"""TST: testing."""
