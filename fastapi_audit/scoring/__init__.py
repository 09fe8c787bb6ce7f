"""Stage five: what the rules counted, measured against the quality model, is the score. It knows no rule by code."""

from fastapi_audit.scoring.quality_model import QualityModel, load_quality_model
from fastapi_audit.scoring.scorer import score

__all__ = ["QualityModel", "load_quality_model", "score"]
