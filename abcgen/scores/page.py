"""A web page of tunes: titles, scores, files, and the ABC itself, in one HTML file without scripts.

Everything that comes from a tune is escaped, and the page's own policy forbids scripts, so that a
hostile title is only ugly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from urllib.parse import quote

_LABELS = {"abc": "ABC", "midi": "MIDI", "musicxml": "MusicXML", "svg": "SVG", "pdf": "PDF", "png": "PNG"}

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin: 0 0 .3rem; overflow-wrap: anywhere; }
article { border-top: 1px solid #8886; padding: 1rem 0; }
img { display: block; width: 100%; height: auto; background: #fff; border-radius: .3rem; }
pre { overflow-x: auto; padding: .6rem; background: #8881; border-radius: .3rem; white-space: pre-wrap;
  overflow-wrap: anywhere; }
.files { margin: .5rem 0; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem 1rem; list-style: none; }
@media print {
  body { max-width: none; padding: 0; }
  article { break-inside: avoid; border: 0; } .files, details { display: none; }
}
"""


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One tune of the page. `files` maps a format to the name of its file beside the page."""

    title: str
    abc: str
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def index_page(entries: Sequence[PageEntry], heading: str) -> str:
    """An HTML page that shows `entries` under `heading`, the score of each where it has an SVG file.

    File names are taken relative to the page; one that leads out of its folder is left out.
    """
    body = "\n".join(_article(entry) for entry in entries) or "<p>No tunes.</p>"
    title = escape(heading)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; img-src 'self' data: file:; style-src 'unsafe-inline'; base-uri 'none'; \
form-action 'none'">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def _article(entry: PageEntry) -> str:
    title = escape(entry.title or "Untitled")
    links = {name: link for name, file in entry.files.items() if (link := _link(file))}
    text = f"<pre>{escape(entry.abc)}</pre>"
    picture = links.get("svg") or links.get("png")
    if picture:
        alt = escape(f"Score of {entry.title or 'an untitled tune'}", quote=True)
        details = f"<details><summary>ABC</summary>{text}</details>"
        shown = f'<img src="{picture}" alt="{alt}" loading="lazy">\n{details}'
    else:
        shown = text
    files = "".join(
        f'<li><a href="{link}" download>{escape(_LABELS.get(name, name))}</a></li>'
        for name, link in links.items()
    )
    listing = f'<ul class="files">{files}</ul>\n' if files else ""
    return f"<article>\n<h2>{title}</h2>\n{shown}\n{listing}</article>"


def _link(file: str) -> str:
    """A relative link to a file in the page's folder or below, or "" for any other."""
    parts = file.replace("\\", "/").split("/")
    if not file or file.startswith(("/", "\\")) or ".." in parts:
        return ""
    return escape("./" + quote("/".join(parts)), quote=True)
