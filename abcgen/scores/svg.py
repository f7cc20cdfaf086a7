"""Engraved SVG made safe and whole: what is let through, what it looks like, one picture of many.

Takes the SVG documents of the engraver apart and builds them anew from a short list of elements and
attributes, so that whatever a hostile title or directive put in cannot come out. Knows nothing of
music.
"""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from abcgen.errors import ScoreError

#: Families for the words in a score; the first is inside typst, the others on most machines.
TEXT_FAMILIES = '"Libertinus Serif","Linux Libertine",Georgia,"Times New Roman",serif'
MUSIC_FAMILY = "abc2svg"
#: Pixels around a score.
MARGIN = 12

_NUMBERS = re.compile(r"[\d\s,.eE+-]*")
_PATH = re.compile(r"[\d\s,.eE+MmLlHhVvCcSsQqTtAaZz-]*")
_TRANSFORM = re.compile(r"(?:\s*(?:translate|scale|rotate|matrix|skewX|skewY)\([\d\s,.eE+-]*\)[\s,]*)*")
_NAME = re.compile(r"[\w.-]{1,60}")
_WORDS = re.compile(r"[\w\s-]{0,80}")
_COLOUR = re.compile(r"none|currentColor|black|white|red|#[0-9a-fA-F]{3,6}")
_ANCHOR = re.compile(r"start|middle|end")
_STYLE = re.compile(r"(?:(?:font-size|stroke-width):[\d.]+(?:px)?;?|stroke-dasharray:[\d\s,.]+;?\s*)*")
_NOT_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LOCAL = re.compile(r"#[\w.-]{1,60}")

_ATTRIBUTES: dict[str, re.Pattern[str]] = {
    **dict.fromkeys(("x", "y", "dx", "dy", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry"), _NUMBERS),
    **dict.fromkeys(("width", "height", "points", "rotate", "font-size", "textLength"), _NUMBERS),
    **dict.fromkeys(("stroke-width", "stroke-dasharray"), _NUMBERS),
    "d": _PATH,
    "transform": _TRANSFORM,
    "id": _NAME,
    "class": _WORDS,
    **dict.fromkeys(("fill", "stroke"), _COLOUR),
    "text-anchor": _ANCHOR,
    "style": _STYLE,
}
_ELEMENTS = frozenset(
    {"g", "path", "text", "tspan", "use", "rect", "ellipse", "circle", "line", "polygon", "polyline"}
)
_FONT = r"font:((?:italic |oblique |bold )*)([\d.]+)px ([^};]*)"
_FONT_RULE = re.compile(rf"\.([a-zA-Z]\w{{0,20}})\s*\{{{_FONT};?\}}")
_FONT_STYLE = re.compile(_FONT + ";?")

STROKES = """.stroke{stroke:#000;fill:none}
.bW{stroke:#000;fill:none;stroke-width:1}
.bthW{stroke:#000;fill:none;stroke-width:3}
.slW{stroke:#000;fill:none;stroke-width:.7}
.slthW{stroke:#000;fill:none;stroke-width:1.5}
.sW{stroke:#000;fill:none;stroke-width:.7}
text,tspan{white-space:pre}
"""


@dataclass(frozen=True, slots=True)
class System:
    """One line of the score, or the title over the first. Sizes in pixels of 1/96 inch."""

    width: float
    height: float
    body: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A whole tune engraved: its systems from top to bottom, and what they share."""

    systems: tuple[System, ...]
    style: str
    defs: str

    @property
    def width(self) -> float:
        return max(system.width for system in self.systems)

    @property
    def height(self) -> float:
        return sum(system.height for system in self.systems)

    def system_svg(self, index: int) -> str:
        """One system as a document of its own, with `MARGIN` on either side for what stands over its edges.

        The music font is named in it, not embedded.
        """
        system = self.systems[index]
        return self._document(system.width + 2 * MARGIN, system.height, system.body, "", left=-MARGIN)

    def svg(self, title: str, font: bytes) -> str:
        """All systems as one document that needs nothing else: the music font is in it."""
        data = base64.b64encode(font).decode("ascii")
        face = (
            f'@font-face{{font-family:{MUSIC_FAMILY};src:url("data:font/ttf;base64,{data}")'
            ' format("truetype")}\n'
        )
        body, y = [], 0.0
        for system in self.systems:
            body.append(f'<g transform="translate({MARGIN},{MARGIN + y:g})">\n{system.body}</g>\n')
            y += system.height
        return self._document(self.width + 2 * MARGIN, y + 2 * MARGIN, "".join(body), face, title)

    def _document(
        self, width: float, height: float, body: str, face: str, title: str = "", left: float = 0
    ) -> str:
        label = f"<title>{escape(_printable(title))}</title>\n" if title else ""
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1"'
            f' width="{width:g}" height="{height:g}" viewBox="{left:g} 0 {width:g} {height:g}"'
            f' fill="#000" stroke-width=".7">\n{label}'
            f"<style>\n{face}{self.style}</style>\n<defs>\n{self.defs}</defs>\n{body}</svg>\n"
        )


def picture(documents: tuple[str, ...]) -> Picture:
    """The engraver's SVG documents as one safe picture. Raises ScoreError when they are not well-formed."""
    systems: list[System] = []
    rules: list[str] = []
    defs: list[str] = []
    for document in documents:
        try:
            root = ET.fromstring(document)  # noqa: S314 - made by the engraver, no DTD gets into it
        except ET.ParseError as error:
            raise ScoreError(f"the engraver's picture is not well-formed: {error}") from error
        width, height = _size(root)
        for style in root.iter(_svg("style")):
            rules += _font_rules(style.text or "")
        for block in root.iter(_svg("defs")):
            defs += [_rebuilt(child) for child in block]
        inner = "".join(_rebuilt(child) for child in root)
        systems.append(System(width, height, f"<g{_attributes(root, ('class',))}>\n{inner}</g>\n"))
    if not systems:
        raise ScoreError("the engraver drew nothing")
    return Picture(tuple(systems), "".join(dict.fromkeys(rules)) + STROKES, "".join(defs))


def _svg(name: str) -> str:
    return "{http://www.w3.org/2000/svg}" + name


def _size(root: ET.Element) -> tuple[float, float]:
    """Width and height by the viewBox."""
    numbers = root.get("viewBox", "").split()
    if len(numbers) != 4:
        raise ScoreError("the engraver's picture has no size")
    return float(numbers[2]), float(numbers[3])


def _rebuilt(element: ET.Element) -> str:
    """The element with what is on the list, and nothing for one that is not."""
    name = str(element.tag).removeprefix("{http://www.w3.org/2000/svg}")
    if name not in _ELEMENTS:
        return ""
    inner = escape(_printable(element.text or "")) if name in {"text", "tspan"} else ""
    for child in element:
        inner += _rebuilt(child)
        if name in {"text", "tspan"}:
            inner += escape(_printable(child.tail or ""))
    end = "" if name == "tspan" else "\n"
    return f"<{name}{_attributes(element)}>{inner}</{name}>{end}"


def _attributes(element: ET.Element, only: tuple[str, ...] = ()) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in _safe(element, only))


def _safe(element: ET.Element, only: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if name == "{http://www.w3.org/1999/xlink}href":
            if _LOCAL.fullmatch(value) and not only:
                yield "xlink:href", value
        elif name == "style" and (font := _FONT_STYLE.fullmatch(value)) and not only:
            yield name, _font(*font.groups())
        elif name in _ATTRIBUTES and (not only or name in only) and _ATTRIBUTES[name].fullmatch(value):
            yield name, value


def _font_rules(css: str) -> Iterator[str]:
    """The engraver's fonts by class, over families of ours; every other rule is ours too."""
    for name, *font in _FONT_RULE.findall(css):
        yield f".{name}{{{_font(*font)}}}\n"


def _font(traits: str, size: str, family: str) -> str:
    music = "music" in family or family.strip() == MUSIC_FAMILY
    slant = "italic" if "italic" in traits or "oblique" in traits else "normal"
    weight = "bold" if "bold" in traits else "normal"
    families = MUSIC_FAMILY if music else TEXT_FAMILIES
    return f"font-family:{families};font-size:{float(size):g}px;font-style:{slant};font-weight:{weight}"


def _printable(text: str) -> str:
    """The text without characters that XML does not allow."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and not _NOT_XML.match(c)))
