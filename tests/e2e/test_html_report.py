"""The HTML report in a real Chromium: it opens, works, stays within its file and can be read by everyone."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sample_audit import a_sample_audit, with_texts

from fastapi_audit.audit.report import Audit
from fastapi_audit.reporting.html_report import render_html

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LEAST_CONTRAST = 4.5  # WCAG 2.2, level AA, for text of ordinary size.

# Returns the texts whose colour stands out too little from what is behind them. Chromium computes colours as rgb(a).
FAINT_TEXTS = """(least) => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if (channels(colour)[3] !== 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  return [...document.body.querySelectorAll("*:not(script):not(svg *)")].filter(hasText).filter((element) => {
    const [light, dark] = [getComputedStyle(element).color, behind(element)].map(luminance).sort().reverse();
    return (light + 0.05) / (dark + 0.05) < least;
  }).map((element) => element.textContent);
}"""


@dataclass
class Opened:
    """A report in a page, and what the browser said and asked for while it was open."""

    page: Page
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    executable = next(filter(None, map(shutil.which, BROWSERS)), None)
    assert executable, "No Chromium found: install it (apt-get install chromium) to run the tests of the HTML report"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Browser, folder: Path, audit: Audit, *, scheme: str = "light", has_script: bool = True) -> Opened:
    report = folder / "report.html"
    report.write_text(render_html(audit), encoding="utf-8")
    context = browser.new_context(java_script_enabled=has_script, offline=True)
    page = context.new_page()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    opened = Opened(page)
    page.on("console", lambda message: opened.messages.append(message.text))
    page.on("pageerror", lambda error: opened.messages.append(str(error)))
    page.on("request", lambda request: opened.requests.append(request.url))
    page.goto(report.as_uri())
    return opened


def test_the_report_opens_without_an_error_and_asks_for_nothing_but_itself(browser: Browser, tmp_path: Path) -> None:
    report = opened(browser, tmp_path, a_sample_audit("api", "jobs"))
    assert report.page.title() == "shop: 74.0 of 100, FastAPI audit"
    assert report.messages == []
    assert report.requests == [(tmp_path / "report.html").as_uri()]


def test_hostile_text_does_nothing_in_the_browser(browser: Browser, tmp_path: Path) -> None:
    attack = '"><img src=http://a.b/x onerror="document.title=1"></style></script><script>document.title=1</script>'
    report = opened(browser, tmp_path, with_texts(a_sample_audit(), lambda old: old + attack))
    assert report.page.title().startswith("shop")
    assert report.page.locator("img").count() == 0
    assert report.messages == []
    assert len(report.requests) == 1


def test_the_policy_stops_a_script_that_is_not_the_pages_own(browser: Browser, tmp_path: Path) -> None:
    report = opened(browser, tmp_path, a_sample_audit())
    report.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'document.title = 1'}))"
    )
    assert report.page.title().startswith("shop")
    assert "Content Security Policy" in report.messages[0]


def test_the_search_narrows_the_route_map(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, a_sample_audit()).page
    rows = page.locator("#s1-route-list tbody tr:visible")
    panel = page.locator("[data-filter-for=s1-route-list]")
    assert rows.count() == 5
    panel.get_by_role("searchbox").press_sequentially("HEALTH")
    assert rows.all_inner_texts()[0].split()[:2] == ["GET", "/health"]
    assert rows.count() == 1
    assert panel.locator("output").inner_text() == "1 of 5 shown"


def test_the_route_map_can_be_narrowed_to_a_method_and_to_open_routes(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, a_sample_audit()).page
    rows = page.locator("#s1-route-list tbody tr:visible")
    panel = page.locator("[data-filter-for=s1-route-list]")
    panel.get_by_role("combobox").select_option("GET")
    assert rows.count() == 2
    panel.get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    assert [text.split()[1] for text in rows.all_inner_texts()] == ["/health"]


def test_the_route_map_can_be_narrowed_to_one_of_several_applications(browser: Browser, tmp_path: Path) -> None:
    audit = a_sample_audit()
    (service,) = audit.services
    inner = replace(service.routes[0], app="app.admin:create_app()", path="/users")
    audit = replace(audit, services=(replace(service, routes=(*service.routes, inner)),))
    page = opened(browser, tmp_path, audit).page
    rows = page.locator("#s1-route-list tbody tr:visible")
    page.get_by_label("Application").select_option("app.admin:create_app()")
    assert [text.split()[1:3] for text in rows.all_inner_texts()] == [["/users", "app.admin:create_app()"]]
    page.get_by_label("Application").select_option("all")
    assert rows.count() == 6


def test_the_route_map_is_worked_with_the_keyboard_alone(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, a_sample_audit()).page
    page.locator("[data-filter-for=s1-route-list]").get_by_role("searchbox").focus()
    page.keyboard.type("current_user")
    page.keyboard.press("Tab")
    page.keyboard.type("POST")
    assert page.locator("#s1-route-list tbody tr:visible").count() == 1
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert page.locator("#s1-route-list tbody tr:visible").count() == 0
    page.keyboard.press("Tab")
    assert page.get_by_role("region", name="Table of routes").evaluate("table => table === document.activeElement")


def test_the_search_narrows_the_findings_and_hides_empty_rules(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, a_sample_audit()).page
    panel = page.locator("[data-filter-for=s1-finding-list]")
    panel.get_by_role("searchbox").fill("raise 7")
    assert panel.locator("output").inner_text() == "1 of 13 shown"
    assert page.locator("#s1-finding-list > details:visible").count() == 1


def test_a_link_to_a_rule_unfolds_its_findings(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, a_sample_audit()).page
    finding = page.get_by_text("a bare string in raise 1")
    assert not finding.is_visible()
    page.locator("#s1-fixes").get_by_role("link", name="ERR001").click()
    expect(finding).to_be_visible()  # the browser tells the page of a followed link a moment later


def test_without_script_everything_can_be_read(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, a_sample_audit(), has_script=False).page
    assert page.locator("#s1-route-list tbody tr:visible").count() == 5
    assert page.get_by_role("searchbox").count() == 0
    page.locator("#s1-ERR001 > summary").click()
    assert page.get_by_text("a bare string in raise 1").is_visible()


def test_a_narrow_window_does_not_scroll_sideways(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, a_sample_audit("api", "jobs")).page
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(browser: Browser, tmp_path: Path, scheme: str) -> None:
    page = opened(browser, tmp_path, a_sample_audit("api", "jobs"), scheme=scheme).page
    assert page.evaluate(FAINT_TEXTS, LEAST_CONTRAST) == []


def test_the_page_has_its_landmarks_and_names_its_controls(browser: Browser, tmp_path: Path) -> None:
    page = opened(browser, tmp_path, a_sample_audit()).page
    for landmark in ("banner", "navigation", "main", "contentinfo"):
        assert page.get_by_role(landmark).count() == 1
    assert page.get_by_role("heading", level=1).inner_text() == "shop"
    assert page.get_by_role("img", name="79.0 of 100, solid").count() == 1
    assert page.get_by_label("Search").count() == 2
    assert page.get_by_label("Method").count() == 1
