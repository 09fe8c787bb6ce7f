"""COR: correctness of FastAPI use."""
