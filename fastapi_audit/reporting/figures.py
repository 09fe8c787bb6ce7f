"""How numbers are written: never better than they are, so that 79.96 does not read as 80."""

import math

from fastapi_audit.audit.verdict import Severity

NOISE = 1e-9  # Binary fractions: 72.4 * 10 must not become 723.


def points(value: float) -> str:
    """Return a score with one decimal, rounded down."""
    return f"{math.floor(value * 10 + NOISE) / 10:.1f}"


def percent(share: float) -> str:
    """Return a share between 0 and 1 as a whole percentage, rounded down."""
    return f"{math.floor(share * 100 + NOISE)}%"


def weight(share: float) -> str:
    """Return a dimension's share of the total, with a decimal where it needs one."""
    return f"{round(share * 100, 1):g}%"


def difference(value: float) -> str:
    """Return what is won or lost, rounded to one decimal."""
    return "<0.1" if 0 < value < 0.05 else f"{value:.1f}"


def counted(count: int, noun: str) -> str:
    """Return a count with its noun, in the plural where it needs one."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def severity_count(severity: Severity, count: int) -> str:
    """Return how many findings there are of a severity."""
    return f"{count:,} info" if severity is Severity.INFO else counted(count, severity.value)
