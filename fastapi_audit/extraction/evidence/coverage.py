"""Coverage reports: `coverage.xml` (Cobertura), `coverage.json` of coverage.py, and lcov."""

import io
import math
import re

import msgspec
from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from fastapi_audit.extraction.evidence.text import UnreadableError, first_line_of, text_of
from fastapi_audit.facts.tools import CoverageReport

_LCOV_COUNT = re.compile(r"^(LF|LH):(\d{1,12})\s*$", re.MULTILINE)


class _Totals(msgspec.Struct):
    percent_covered: float


class _Json(msgspec.Struct):
    totals: _Totals


def read_coverage_xml(content: bytes) -> CoverageReport:
    """Read the line rate at the root of a Cobertura report; nothing below it is parsed."""
    try:
        _, root = next(iterparse(io.BytesIO(content), events=("start",)))
        return _report(float(root.attrib["line-rate"]))
    except (ParseError, DefusedXmlException, ValueError, LookupError, StopIteration) as error:
        raise UnreadableError(f"no coverage report in XML: {first_line_of(error)}") from error


def read_coverage_json(content: bytes) -> CoverageReport:
    """Read the totals of coverage.py's JSON report."""
    try:
        return _report(msgspec.json.decode(content, type=_Json).totals.percent_covered / 100)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"no coverage report in JSON: {first_line_of(error)}") from error


def read_lcov(content: bytes) -> CoverageReport:
    """Add up the lines found and hit in an lcov report."""
    counts = {"LF": 0, "LH": 0}
    for key, number in _LCOV_COUNT.findall(text_of(content)):
        counts[key] += int(number)
    if not counts["LF"]:
        raise UnreadableError("no line counts in the lcov report")
    return _report(counts["LH"] / counts["LF"])


def _report(ratio: float) -> CoverageReport:
    if not math.isfinite(ratio) or not 0 <= ratio <= 1:
        raise UnreadableError("the coverage is not between 0 and 100 %")
    return CoverageReport(ratio)
