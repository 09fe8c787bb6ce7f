"""Readers of everything that is not Python: bytes in, facts or a reason out, whatever the bytes."""

from fastapi_audit.extraction.evidence.read import read_evidence

__all__ = ["read_evidence"]
