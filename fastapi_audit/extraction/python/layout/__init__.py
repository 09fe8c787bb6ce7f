"""LibCST tree → the offset at which each of its nodes begins, without generating the code."""
