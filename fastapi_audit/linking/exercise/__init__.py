"""Test code and the routes → what the tests ask of the service, and what they expect of it."""

from fastapi_audit.linking.exercise.build import build_exercise

__all__ = ["build_exercise"]
