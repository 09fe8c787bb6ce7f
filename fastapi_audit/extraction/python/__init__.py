"""Python source → facts: one LibCST parse, one pass over the tree for positions, one read-only walk."""
