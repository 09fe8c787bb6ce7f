import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from audit_builders import a_finding, a_result, a_route, a_rule, a_score, a_service, an_audit
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sample_audit import a_sample_audit, with_texts

from fastapi_audit.model.place import Place
from fastapi_audit.reporting.document import Document, Judgement
from fastapi_audit.reporting.json_report import document_of, render_json

ROUTE_FIELDS = {
    "kind", "app", "method", "path", "handler", "file", "line", "is_async", "response_model", "status_code", "tags",
    "in_schema", "deprecated", "dependencies", "security", "params", "guards", "guard_places", "guard_levels",
    "public_by", "service",
}  # fmt: skip
FINDING_FIELDS = {
    "rule", "name", "severity", "confidence", "priority", "path", "line", "column", "message", "subject", "related",
    "service",
}  # fmt: skip


def parsed(*roots: str) -> dict[str, Any]:
    document = json.loads(render_json(a_sample_audit(*roots)))
    assert isinstance(document, dict)
    return document


@pytest.mark.parametrize("roots", [(), ("api", "jobs")])
def test_the_document_survives_a_round_trip(roots: tuple[str, ...]) -> None:
    audit = a_sample_audit(*roots)
    assert Document.model_validate_json(render_json(audit)) == document_of(audit)


def test_the_document_begins_with_its_version_and_says_what_made_it() -> None:
    document = parsed()
    assert next(iter(document)) == "schema_version"
    assert document["schema_version"] == "1.0"
    assert document["tool"] == {"name": "fastapi-audit", "version": "0.1.0"}


def test_the_score_is_the_audits() -> None:
    document = parsed()
    assert document["score"]["total"] == 79.0
    assert document["score"]["band"] == "solid"
    assert [rule["rule"] for rule in document["score"]["blockers"]] == ["SEC013", "TST001"]
    assert [dimension["score"] for dimension in document["score"]["dimensions"]][:2] == [91.2, 45.0]
    assert document["health"]["points"] == 9
    assert document["gains"][0] == {"rule": "TST001", "name": "missing-tests", "points": 16.67, "findings": 1}


def test_findings_and_routes_carry_the_promised_fields() -> None:
    document = parsed()
    assert all(set(finding) == FINDING_FIELDS for finding in document["findings"])
    assert all(set(route) == ROUTE_FIELDS for route in document["routes"])
    (unguarded,) = [finding for finding in document["findings"] if finding["rule"] == "SEC013"]
    assert (unguarded["path"], unguarded["line"], unguarded["column"]) == ("app/api/items.py", 6, 2)
    assert (unguarded["severity"], unguarded["confidence"], unguarded["priority"]) == ("error", "high", "P0")
    assert unguarded["related"][0]["path"] == "app/api/router.py"


def test_a_finding_of_the_project_has_no_path() -> None:
    (missing,) = [finding for finding in parsed()["findings"] if finding["rule"] == "TST001"]
    assert (missing["path"], missing["line"], missing["column"]) == (None, 0, 0)


def test_suppressions_problems_and_crashes_are_listed() -> None:
    document = parsed()
    assert document["suppressions"][0]["reason"] == "shown to the operator"
    assert document["suppressions"][0]["finding"]["rule"] == "OBS001"
    assert [problem["path"] for problem in document["problems"]] == ["app/legacy.py", "data/dump.py"]
    assert document["failures"][0]["rule"] == "PRF999"


def test_with_one_service_the_top_and_the_service_agree() -> None:
    document = parsed()
    (service,) = document["services"]
    assert {name: document[name] for name in Judgement.model_fields} == {
        name: service[name] for name in Judgement.model_fields
    }


def test_with_several_services_the_top_is_judged_by_the_worst_and_lists_all() -> None:
    document = parsed("api", "jobs")
    api, jobs = document["services"]
    assert document["score"] == api["score"] != jobs["score"]
    assert document["score"]["total"] == 74.0
    assert len(document["findings"]) == len(api["findings"]) + len(jobs["findings"])
    assert {finding["service"] for finding in document["findings"]} == {"api", "jobs"}
    assert document["inventory"]["files"] == 24
    counts = {count["rule"]: count["fails"] for count in document["rules"]}
    assert counts["ERR001"] == 18


def test_the_order_of_results_and_routes_does_not_change_a_byte() -> None:
    rules = (a_rule("SEC001"), a_rule("SEC013"), a_rule("ERR001"))
    results = tuple(a_result(rule, [a_finding(rule, Place("app/main.py", 3, 1))]) for rule in rules)
    routes = tuple(a_route("GET", path) for path in ("/b", "/a", "/c"))
    audits = [an_audit(a_service(score=a_score(), results=results[::step], routes=routes[::step])) for step in (1, -1)]
    assert render_json(audits[0]) == render_json(audits[1])


def test_a_field_that_is_not_in_the_schema_is_refused() -> None:
    document = parsed()
    document["findings"][0]["severty"] = "error"
    with pytest.raises(ValidationError, match="severty"):
        Document.model_validate(document)


def test_every_object_of_the_schema_is_closed_and_complete() -> None:
    schema = Document.model_json_schema(mode="serialization")
    records = [part for part in objects(schema) if "properties" in part]
    assert len(records) > 20
    for part in records:
        assert part["additionalProperties"] is False
        assert set(part["required"]) == set(part["properties"]), part["title"]


def test_binary_noise_of_the_scores_is_not_written() -> None:
    audit = an_audit(a_service(score=replace(a_score(), total=0.1 + 0.2)))
    assert json.loads(render_json(audit))["score"]["total"] == 0.3


@given(st.text())
@settings(max_examples=20)
def test_any_text_of_the_repository_gives_a_valid_document_in_ascii(text: str) -> None:
    rendered = render_json(with_texts(a_sample_audit(), lambda old: text + old))
    assert rendered.isascii()
    assert "\x1b" not in rendered
    Document.model_validate_json(rendered)


def test_a_path_that_is_not_utf_8_is_written_with_its_bytes_escaped() -> None:
    rule = a_rule()
    audit = an_audit(a_service(results=(a_result(rule, [a_finding(rule, Place("caf\udce9.py", 1, 1))]),)))
    assert json.loads(render_json(audit))["findings"][0]["path"] == r"caf\udce9.py"


def objects(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    yield from schema["$defs"].values()
