"""Chooses the renderer of a format, and loads no other: Jinja and Pydantic take longer to load than a text to write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from fastapi_audit.audit.report import Audit

if TYPE_CHECKING:
    from fastapi_audit.reporting.text_report import TextOptions

Format = Literal["text", "json", "html"]


def render(audit: Audit, form: Format, text_options: TextOptions | None = None) -> str:
    """Return the report in a format; the options are those of the text."""
    match form:
        case "text":
            from fastapi_audit.reporting.text_report import render_text

            return render_text(audit, text_options)
        case "json":
            from fastapi_audit.reporting.json_report import render_json

            return render_json(audit)
        case "html":
            from fastapi_audit.reporting.html_report import render_html

            return render_html(audit)
