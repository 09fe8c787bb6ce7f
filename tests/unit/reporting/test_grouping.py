from audit_builders import a_finding, a_result, a_rule, a_score, a_service

from fastapi_audit.audit.score import Gain
from fastapi_audit.audit.verdict import Confidence, Severity
from fastapi_audit.model.place import Place
from fastapi_audit.reporting.grouping import MAX_LINE, by_severity, code_frame, findings_by_rule

PLACE = Place("app/main.py", 3, 1)
ERROR = a_rule("SEC001", "secret-in-source", Severity.ERROR)
WARNING = a_rule("ERR001", "bare-http-exception", Severity.WARNING)
DEAR_WARNING = a_rule("PRF002", "blocking-call", Severity.WARNING)
BLOCKER = a_rule("TST001", "missing-tests", Severity.WARNING)
RULES = (WARNING, DEAR_WARNING, ERROR, BLOCKER)


def test_blockers_come_first_then_severity_then_gain() -> None:
    score = a_score(blockers=(BLOCKER,), gains=(Gain(DEAR_WARNING, 6.0, 1), Gain(WARNING, 1.0, 1)))
    results = tuple(a_result(rule, [a_finding(rule, PLACE)]) for rule in RULES)
    groups = findings_by_rule(a_service(score=score, results=results))
    assert [group.rule.code for group in groups] == ["TST001", "SEC001", "PRF002", "ERR001"]
    assert [group.is_blocker for group in groups] == [True, False, False, False]
    assert [group.gain for group in groups] == [None, None, 6.0, 1.0]


def test_findings_below_the_least_confidence_are_left_out() -> None:
    sure, unsure = a_finding(ERROR, PLACE), a_finding(ERROR, PLACE, confidence=Confidence.LOW)
    service = a_service(results=(a_result(ERROR, [sure, unsure]), a_result(WARNING, [])))
    (group,) = findings_by_rule(service, Confidence.MEDIUM)
    assert group.findings == (sure,)
    assert by_severity(findings_by_rule(service)) == {Severity.ERROR: 2}


def test_a_frame_holds_the_lines_around_the_place_that_the_audit_carries() -> None:
    sources = {"app/main.py": {2: "two", 3: "three", 4: "x" * 5000, 9: "nine"}}
    frame = code_frame(sources, PLACE)
    assert [(line.number, line.is_hit) for line in frame] == [(2, False), (3, True), (4, False)]
    assert len(frame[-1].text) == MAX_LINE


def test_there_is_no_frame_without_a_place_or_its_source() -> None:
    assert code_frame({}, PLACE) == ()
    assert code_frame({"app/main.py": {3: "three"}}, None) == ()
    assert code_frame({"app/main.py": {3: "three"}}, Place("app/main.py")) == ()
