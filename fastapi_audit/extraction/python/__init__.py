"""Python source → facts: one LibCST parse, one code-generation pass for positions, one read-only walk."""
