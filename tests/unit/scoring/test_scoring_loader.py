"""The quality model of the package fits its rules, and a model that does not fit is refused with the reason."""

from __future__ import annotations

from importlib.resources import files

import pytest
from scoring_builders import a_scored_rule, shipped_rules

from fastapi_audit.audit.finding import RuleInfo
from fastapi_audit.audit.verdict import Priority, Severity
from fastapi_audit.errors import QualityModelError
from fastapi_audit.scoring import load_quality_model
from fastapi_audit.scoring.declaration import read_declaration
from fastapi_audit.scoring.quality_model import fit

TEXT = files("fastapi_audit.scoring").joinpath("quality_model.toml").read_text(encoding="utf-8")


def load_changed(old: str, new: str) -> None:
    assert old in TEXT
    fit(read_declaration(TEXT.replace(old, new, 1)), shipped_rules())


def test_the_model_of_the_package_fits_its_rules() -> None:
    model = load_quality_model(shipped_rules())
    weights = {dimension.key: dimension.weight for dimension in model.declaration.dimensions}
    assert weights == {
        "types": 15,
        "errors": 15,
        "testing": 15,
        "security": 15,
        "performance": 10,
        "observability": 10,
        "database": 10,
        "deployment": 10,
    }
    assert len(model.declaration.signals) == 8


def test_every_checklist_has_as_many_items_as_its_name_says() -> None:
    model = load_quality_model(shipped_rules())
    sizes = {checklist.key: len(checklist.items) for checklist in model.declaration.checklists}
    assert sizes == {
        "security": 10,
        "production": 19,
        "mistakes": 10,
        "architecture": 7,
        "configuration": 5,
        "pydantic": 8,
        "errors": 6,
        "migrations": 5,
        "testing": 7,
        "commandments": 10,
    }


def test_every_checklist_item_signal_and_rung_is_measured_by_a_rule_that_exists() -> None:
    declaration = load_quality_model(shipped_rules()).declaration
    codes = {rule.code for rule in shipped_rules()}
    measured = [
        *(set(item.rules) for checklist in declaration.checklists for item in checklist.items),
        *(set(signal.rules) for signal in declaration.signals),
        *({criterion.rule for criterion in rung.criteria} for one in declaration.dimensions for rung in one.rungs),
    ]

    assert len(measured) == 10 + 19 + 10 + 7 + 5 + 8 + 6 + 5 + 7 + 10 + 8 + 8 * 4
    assert [rules for rules in measured if not rules or not rules <= codes] == []


def test_a_checklist_never_names_a_rule_twice_in_one_item() -> None:
    for checklist in read_declaration(TEXT).checklists:
        for item in checklist.items:
            assert len({*item.rules}) == len(item.rules)


def test_correctness_errors_and_mandatory_rules_cap_in_order_of_severity() -> None:
    rules = shipped_rules()
    errors = sorted(rule.code for rule in rules if rule.priority is Priority.P0 and rule.severity is Severity.ERROR)
    warnings = sorted(rule.code for rule in rules if rule.priority is Priority.P0 and rule.severity is Severity.WARNING)
    misuses = sorted(
        rule.code
        for rule in rules
        if rule.priority is None and rule.family == "correctness" and rule.severity is Severity.ERROR
    )
    capping = [rule.code for rule in load_quality_model(rules).capping]
    assert {"SEC001", "TYP002", "COR001", "OBS008"} <= set(capping)
    assert capping == [*errors, *misuses, *warnings]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('rule = "TYP002"', 'rule = "TYP999"', "dimension types names TYP999, and there is no such rule"),
        ('"API001", "API002"', '"API099", "API002"', "signal documentation names API099, and there is no such rule"),
        ('rules = ["PRF002"]', 'rules = ["PRF00"]', "checklist mistakes names PRF00, and there is no such rule"),
        ('rule = "ARC003"', 'rule = "ARC009"', "off_ladder names ARC009, and there is no such rule"),
        ("weight = 15", "weight = 14.5", "the weights of the dimensions add up to 99.5, not 100"),
        ('{ rule = "PRF005" },', "", "PRF005 could move the score and stands neither in a dimension nor in off_ladder"),
        ('rule = "API001"', 'rule = "TST001"', "TST001 stands in dimension testing and in off_ladder"),
        ('{ rule = "PRF005" }', '{ rule = "PRF004" }', "dimension performance counts PRF004 twice"),
        ('rules = ["TST006"]', "rules = []", "of length >= 1"),
        ('families = ["correctness"]', "families = []", "COR001 could move the score"),
        ('"solid" = 60', '"solid" = 30', "bands must rise"),
        ('"critical" = 0', "", "bands must rise"),
        ("partial = 0.5", "partial = 0.95", "signal types needs partial <= healthy <= 1"),
        ('key = "errors"', 'key = "types"', "dimension types stands twice"),
        ("total = 79", "total = 101", "the cap is above 100"),
        ("unknown_share_limit = 0.5", "unknown_share_limit = 50", "unknown_share_limit is above 1"),
    ],
)
def test_a_model_that_does_not_fit_says_what_is_wrong(old: str, new: str, message: str) -> None:
    with pytest.raises(QualityModelError) as raised:
        load_changed(old, new)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("weight = 15", "weight = -15"),
        ("weight = 15", "weight = true"),
        ("weight = 15", 'weight = "much"'),
        ("weight = 15", "wieght = 15"),
        ('mode = "all"', 'mode = "most"'),
        ('[[dimensions.rungs]]\ntitle = "Functions are annotated"\n', ""),
        ('"solid" = 60', '"excellent" = 60'),
        ('version = "1"', "version = "),
    ],
)
def test_a_model_of_the_wrong_shape_cannot_be_read(old: str, new: str) -> None:
    with pytest.raises(QualityModelError, match=r"^the quality model cannot be read: ") as raised:
        load_changed(old, new)
    assert "\n" not in str(raised.value)


def test_all_complaints_come_in_one_message() -> None:
    with pytest.raises(QualityModelError, match=r"names TYP002.*names SEC013"):
        load_quality_model([rule for rule in shipped_rules() if rule.code not in {"TYP002", "SEC013"}])


@pytest.mark.parametrize(
    "rule",
    [a_scored_rule("NEW001"), a_scored_rule("NEW001", Severity.ERROR, Priority.P0), a_scored_rule("COR099")],
    ids=["warning", "mandatory", "correctness warning"],
)
def test_a_rule_that_could_move_the_score_must_have_its_place(rule: RuleInfo) -> None:
    with pytest.raises(QualityModelError, match=f"{rule.code} could move the score"):
        load_quality_model([*shipped_rules(), rule])


def test_advice_previews_and_correctness_errors_need_no_place() -> None:
    advice = a_scored_rule("NEW001", Severity.INFO, Priority.P0)
    preview = a_scored_rule("NEW002", Severity.ERROR, Priority.P0, is_preview=True)
    correctness = a_scored_rule("COR099", Severity.ERROR)
    model = load_quality_model([*shipped_rules(), advice, preview, correctness])
    assert correctness in model.capping
    assert not {advice, preview} & set(model.scored)


@pytest.mark.parametrize(
    "replacement",
    [a_scored_rule("TYP003", Severity.INFO), a_scored_rule("TYP003", is_preview=True)],
    ids=["advice", "preview"],
)
def test_advice_and_previews_may_not_stand_on_a_rung(replacement: RuleInfo) -> None:
    others = [rule for rule in shipped_rules() if rule.code != "TYP003"]
    with pytest.raises(QualityModelError, match="dimension types counts TYP003, which is advice or a preview"):
        load_quality_model([*others, replacement])
