import re
from html.parser import HTMLParser

import pytest
from audit_builders import a_finding, a_result, a_rule, a_score, a_service, an_audit
from hypothesis import given, settings
from hypothesis import strategies as st
from sample_audit import a_sample_audit, with_texts

from fastapi_audit.audit.report import Audit
from fastapi_audit.model.place import Place
from fastapi_audit.reporting.highlighting import frame_html, markdown_html
from fastapi_audit.reporting.html_report import render_html

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><canary>",
    "</script><canary>",
    '"><canary onload=alert(1)>',
    "'><canary>",
    "<!-- ",
    "]]><canary>",
    "{{ 7 * 7 }}{% raw %}",
    "\x1b[31m",
    "&lt;canary&gt;",
    "[x](javascript:alert(1)) ![x](http://example.com/x.png) <canary>",
)
TAGS = {
    "a", "b", "body", "br", "circle", "code", "details", "div", "em", "footer", "h1", "h2", "h3", "head", "header",
    "html", "input", "label", "li", "main", "meta", "nav", "ol", "option", "output", "p", "pre", "rect", "script",
    "section", "select", "small", "span", "strong", "style", "summary", "svg", "table", "tbody", "td", "text", "th",
    "thead", "title", "tr", "ul", "blockquote", "h4", "h5", "h6", "hr",
}  # fmt: skip


class Reader(HTMLParser):
    """Collects the elements, their attributes and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.comments: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def assert_harmless(page: str) -> None:
    reader = read(page)
    assert set(reader.tags) <= TAGS
    assert reader.tags.count("script") == reader.tags.count("style") == 1
    assert not reader.comments
    for name, value in reader.attributes:
        assert not name.startswith("on")
        assert name not in {"style", "src", "srcset", "action", "formaction"}
        if name == "href":
            assert value.startswith(("#", "https://", "http://"))
    assert all(character == "\n" or character.isprintable() for character in page)


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("roots", [(), ("api", "jobs")])
def test_hostile_text_in_every_field_stays_text(text: str, roots: tuple[str, ...]) -> None:
    assert_harmless(render_html(with_texts(a_sample_audit(*roots), lambda old: text + old + text)))


@given(st.text(), st.sampled_from(HOSTILE))
@settings(max_examples=25, deadline=None)
def test_no_text_of_the_repository_reaches_the_page_unescaped(text: str, hostile: str) -> None:
    assert_harmless(render_html(with_texts(a_sample_audit(), lambda old: text + hostile + old)))


def test_a_hostile_message_can_still_be_read() -> None:
    rule = a_rule()
    finding = a_finding(rule, Place("app/<b>.py", 1, 1), "<script>alert('&')</script>\x1b[31m")
    text = read(render_html(an_audit(a_service(results=(a_result(rule, [finding]),))))).text
    assert "app/<b>.py:1:1" in text
    assert "<script>alert('&')</script>\\x1b[31m" in text


def test_the_policy_admits_nothing_but_the_pages_own_style_and_script() -> None:
    (policy,) = [value for name, value in read(render_html(a_sample_audit())).attributes if "default-src" in value]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/=]{44}'; script-src 'sha256-[\w+/=]{44}';"
        r" base-uri 'none'; form-action 'none'",
        policy,
    )


@pytest.mark.parametrize("roots", [(), ("api", "jobs")])
def test_identifiers_are_unique_and_links_inside_the_page_have_targets(roots: tuple[str, ...]) -> None:
    attributes = read(render_html(a_sample_audit(*roots))).attributes
    identifiers = [value for name, value in attributes if name == "id"]
    assert len(identifiers) == len(set(identifiers))
    assert {value[1:] for name, value in attributes if name == "href" and value.startswith("#")} <= set(identifiers)


def test_the_page_says_what_the_audit_says() -> None:
    text = " ".join(read(render_html(a_sample_audit())).text.split())
    for part in (
        "2 blockers hold the total at 79.0; the dimensions alone give 81.3.",
        "9 of 14 health points",
        "Points of the total lost here: TST001 missing-tests \N{MINUS SIGN}16.7",
        "a bare string in raise 9",
        "print() may run in a script low confidence",
        "shown to the operator",
        "unexpected indent",
        "KeyError: 'session'",
        "suppression of SEC999, which is no rule",
        "the module is not in the repository",
        ["SEC011", "not", "applicable"][1],
    ):
        assert part in text


def test_an_audit_with_nothing_to_say_is_a_page_too() -> None:
    text = read(render_html(an_audit(a_service(score=a_score(100.0))))).text
    assert "None. Every rule that applies holds." in text
    assert "No route was found." in text
    assert "Nothing that fails costs a point." in text


def test_the_same_audit_gives_the_same_bytes() -> None:
    assert render_html(a_sample_audit("api", "jobs")) == render_html(a_sample_audit("api", "jobs"))


def test_a_frame_numbers_its_lines_and_marks_the_hit() -> None:
    sources = {"app/main.py": {1: "import os", 2: "eval('<b>')", 3: ""}}
    html = frame_html(sources, Place("app/main.py", 2, 1))
    assert html.count('class="line') == 3
    assert '<span class="line hit"><span class="number">2</span>' in html
    assert "&lt;b&gt;" in html


@pytest.mark.parametrize("path", ["Dockerfile", "deploy/api.Dockerfile", "compose.yml", "pyproject.toml", "notes.xyz"])
def test_a_frame_of_any_kind_of_file_keeps_its_lines(path: str) -> None:
    sources = {path: {1: "# one", 2: "", 3: "FROM <python>:3", 4: "", 5: "   "}}
    assert frame_html(sources, Place(path, 3, 1)).count('class="number"') == 5


@pytest.mark.parametrize("language", ["python", "nonsense", ""])
def test_a_code_block_of_a_rule_is_escaped_in_every_language(language: str) -> None:
    html = markdown_html(f"```{language}\nx = '<canary>'\n```")
    assert '<pre class="sample">' in html
    assert "<canary>" not in html
    assert "canary" in html


def test_html_images_and_scripts_in_the_documentation_of_a_rule_stay_text() -> None:
    html = markdown_html("<canary> ![x](http://example.com/x.png) [x](javascript:alert(1)) *fine*")
    assert "<canary>" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert "<em>fine</em>" in html


def test_a_page_of_several_services_has_a_roll_up() -> None:
    audit: Audit = a_sample_audit("api", "jobs")
    text = " ".join(read(render_html(audit)).text.split())
    assert "2 services: 74.0 of 100 solid" in text
    assert "api api 74.0 solid" in text
    assert "jobs jobs 79.0 solid" in text
