"""Pipelines, tasks, hooks and scripts → the commands that they run, targets and scripts followed to what they run."""

from fastapi_audit.linking.automation.build import build_automation
from fastapi_audit.linking.automation.follower import Follower

__all__ = ["Follower", "build_automation"]
