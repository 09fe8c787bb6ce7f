import pytest

from fastapi_audit.audit.verdict import Severity
from fastapi_audit.reporting.figures import counted, difference, percent, points, severity_count, weight


@pytest.mark.parametrize(("value", "written"), [(0.0, "0.0"), (72.4, "72.4"), (79.96, "79.9"), (100.0, "100.0")])
def test_a_score_is_never_written_better_than_it_is(value: float, written: str) -> None:
    assert points(value) == written


def test_a_share_reads_100_percent_only_when_it_is_whole() -> None:
    assert percent(0.999) == "99%"
    assert percent(1.0) == "100%"


def test_a_small_gain_does_not_read_as_none() -> None:
    assert difference(0.01) == "<0.1"
    assert difference(0.0) == "0.0"
    assert difference(4.25) == "4.2"


def test_a_weight_has_a_decimal_only_where_it_needs_one() -> None:
    assert weight(0.15) == "15%"
    assert weight(1 / 6) == "16.7%"


def test_counts_agree_with_their_nouns() -> None:
    assert counted(1, "file") == "1 file"
    assert counted(1200, "line") == "1,200 lines"
    assert severity_count(Severity.ERROR, 2) == "2 errors"
    assert severity_count(Severity.INFO, 2) == "2 info"
