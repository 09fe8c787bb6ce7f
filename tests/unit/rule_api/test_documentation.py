"""A rule's docstring is cut into its sections."""

import pytest

from fastapi_audit.rule_api.documentation import SECTIONS, read_documentation

WHOLE = "Something is wrong.\n\n" + "\n\n".join(f"## {title}\nText of {title}." for title in SECTIONS)


def test_every_section_is_found_without_its_heading() -> None:
    documentation = read_documentation(WHOLE)

    assert documentation.summary == "Something is wrong."
    assert documentation.why == "Text of Why."
    assert documentation.references == "Text of References."


def test_a_comment_that_looks_like_another_heading_stays_in_its_section() -> None:
    documentation = read_documentation(WHOLE.replace("Text of Bad.", "```python\n## Whatever\n```"))

    assert documentation.bad == "```python\n## Whatever\n```"


def test_limits_may_be_missing() -> None:
    assert read_documentation(WHOLE.replace("## Limits\nText of Limits.\n\n", "")).limits == ""


@pytest.mark.parametrize("title", ["Why", "Bad", "Good", "Fix", "References"])
def test_every_other_section_is_required(title: str) -> None:
    with pytest.raises(ValueError, match=f"no section `## {title}`"):
        read_documentation(WHOLE.replace(f"## {title}", "## Other"))


def test_a_section_may_not_come_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        read_documentation(WHOLE + "\n\n## Why\nAgain.")


def test_a_docstring_without_summary_is_refused() -> None:
    with pytest.raises(ValueError, match="no summary"):
        read_documentation("")
