"""fastapi-audit: says whether a FastAPI service is ready for production, without importing or running it."""

__version__ = "0.1.0"
