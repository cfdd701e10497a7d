"""A badge for a README: the JSON that a shields endpoint reads, and an SVG that needs no service at all."""

from __future__ import annotations

from html import escape
from typing import Any

from conformance.report import tally
from conformance.report.tally import Document

LABEL = "error contract"
#: Name for the endpoint, and a colour on which white text keeps a contrast of 4.5 to 1.
_COLOURS = {
    tally.CONFORMANT: ("brightgreen", "#1a7f37"),
    tally.NOT_CONFORMANT: ("red", "#c0322b"),
    tally.INCOMPLETE: ("lightgrey", "#5d6570"),
}


def message_of(certificate: Document) -> str:
    """What the badge says."""
    verdict, counts = certificate["verdict"], certificate["counts"]
    if verdict == tally.NOT_CONFORMANT:
        return f"{verdict}: {counts[tally.FAIL]:,} failed"
    if verdict == tally.INCOMPLETE:
        left = certificate["required"][tally.UNTESTED] + certificate["required"][tally.ERROR]
        return f"{verdict}: {left:,} untested" if left else str(verdict)
    return str(verdict)


def endpoint(certificate: Document, label: str = LABEL) -> dict[str, Any]:
    """The document that https://shields.io/endpoint reads."""
    verdict = certificate["verdict"]
    found: dict[str, Any] = {
        "schemaVersion": 1,
        "label": label,
        "message": message_of(certificate),
        "color": _COLOURS[verdict][0],
    }
    if verdict == tally.NOT_CONFORMANT:
        found["isError"] = True
    return found


def svg(certificate: Document, label: str = LABEL) -> str:
    """The badge as an image that says the same to a screen reader."""
    message, colour = message_of(certificate), _COLOURS[certificate["verdict"]][1]
    left, right = _width(label) + 14, _width(message) + 14
    title = escape(f"{label}: {message}", quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{title}">'
        f"<title>{title}</title>"
        f'<clipPath id="r"><rect width="{left + right}" height="20" rx="4"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#30363d"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11" text-anchor="middle">'
        f'<text x="{left / 2:g}" y="14" textLength="{left - 14}">{escape(label)}</text>'
        f'<text x="{left + right / 2:g}" y="14" textLength="{right - 14}">{escape(message)}</text></g></svg>\n'
    )


def _width(text: str) -> int:
    """About the width of a text in Verdana of 11 pixels; the image stretches the text to it."""
    narrow, wide = "iljtf.,:;|!'()[]rI 1", "mwMW@%"
    return round(sum(4.2 if each in narrow else 10.5 if each in wide else 7.0 for each in text))
