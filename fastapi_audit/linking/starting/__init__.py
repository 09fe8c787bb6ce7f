"""Dockerfiles, compose files, manifests, units and the files of platforms → the commands that start a service."""

from fastapi_audit.linking.starting.build import build_starting

__all__ = ["build_starting"]
