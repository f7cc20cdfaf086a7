"""Engraved tunes on paper: A4 pages as PDF, one picture as PNG.

typst sets the pages. It sees pictures made by `svg` and a program text made here, no file of the user;
its fonts are those inside it and our music font, so that a page looks the same on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

from abcgen.errors import MissingExtraError, ScoreError
from abcgen.notation.tune import Tune
from abcgen.scores.engrave import engraved
from abcgen.scores.look import PLAIN, Look
from abcgen.scores.svg import Picture

#: A4 and its margins, in millimetres.
_SIDE, _TOP, _BOTTOM = 18, 16, 20
_TEXT_WIDTH = 210 - 2 * _SIDE
_TEXT_HEIGHT = 297 - _TOP - _BOTTOM
_BETWEEN_TUNES = 6
MAX_PAGE_TUNES = 2000
#: A PNG holds one page as long as it needs to be; longer than this, no viewer opens it.
MAX_PNG_MILLIMETRES = 3000
PNG_DOTS_PER_INCH = 144.0

_PAGED = f"""#set page(paper: "a4", margin: (x: {_SIDE}mm, top: {_TOP}mm, bottom: {_BOTTOM}mm),
  footer: context if counter(page).final().first() > 1 {{
    align(center, text(size: 9pt, counter(page).display())) }})
"""
_ONE_PICTURE = "#set page(width: 210mm, height: auto, margin: (x: 18mm, y: 12mm), fill: white)\n"
_PREAMBLE = """#set document(title: sys.inputs.title, date: none)
#set par(spacing: 0pt, leading: 0pt)
#set block(spacing: 0pt)
#let system(name) = block(breakable: false, image(bytes(sys.inputs.at(name)),
  format: "svg", width: 100%, alt: sys.inputs.at("alt-" + name.split("-").first())))
"""


def to_pdf(tunes: Tune | Sequence[Tune], title: str = "", look: Look = PLAIN) -> bytes:
    """The scores of `tunes` on A4 pages, fonts embedded, pages numbered when there are several.

    A tune that fits on one page is not broken; a longer one is broken between systems only.
    Raises ScoreError for a tune that cannot be engraved; nothing is left out silently.
    """
    tunes = [tunes] if isinstance(tunes, Tune) else list(tunes)
    pages = _compile(tunes, _PAGED, title, look, "pdf", None)
    if not isinstance(pages, bytes):
        raise ScoreError("the page setter gave no PDF")
    return pages


def to_png(
    tunes: Tune | Sequence[Tune], dots_per_inch: float = PNG_DOTS_PER_INCH, look: Look = PLAIN
) -> bytes:
    """The scores of `tunes` as one picture, as wide as an A4 page and as high as they need.

    Raises ScoreError as `to_pdf` does, and when the picture would be too high for one image.
    """
    tunes = [tunes] if isinstance(tunes, Tune) else list(tunes)
    image = _compile(tunes, _ONE_PICTURE, "", look, "png", dots_per_inch)
    if not isinstance(image, bytes):
        raise ScoreError("the page setter gave no single picture")
    return image


def _compile(
    tunes: list[Tune], page: str, title: str, look: Look, kind: str, dots_per_inch: float | None
) -> bytes | list[bytes] | None:
    if not tunes:
        raise ScoreError("there is no tune to set on a page")
    if len(tunes) > MAX_PAGE_TUNES:
        raise ScoreError(f"{len(tunes)} tunes are too many for one document; {MAX_PAGE_TUNES} are the most")
    pictures = [_picture(tune, look, len(tunes)) for tune in tunes]
    if kind == "png" and sum(map(_height, pictures)) > MAX_PNG_MILLIMETRES:
        raise ScoreError("so many tunes do not fit on one picture; make a PDF of them")
    inputs = {"title": _one_line(title or (tunes[0].title if len(tunes) == 1 else "")) or "abcgen"}
    body = []
    for number, (tune, drawn) in enumerate(zip(tunes, pictures, strict=True)):
        inputs[f"alt-{number}"] = f"The score of {_one_line(tune.title) or 'a tune without a title'}"
        body.append(_tune_block(number, drawn, inputs))
    gap = f"#v({_BETWEEN_TUNES}mm, weak: true)\n"
    return _typeset(page + _PREAMBLE + gap.join(body), inputs, kind, dots_per_inch)


def _picture(tune: Tune, look: Look, of: int) -> Picture:
    try:
        return engraved(tune, look)
    except ScoreError as error:
        if of == 1:
            raise
        raise ScoreError(f"{_one_line(tune.title) or f'X:{tune.reference}'}: {error}") from error


def _tune_block(number: int, drawn: Picture, inputs: dict[str, str]) -> str:
    """The typst text of one tune; its systems go into `inputs`."""
    calls = ""
    for index in range(len(drawn.systems)):
        name = f"{number}-{index}"
        inputs[name] = drawn.system_svg(index)
        calls += f'#system("{name}")'
    breakable = "true" if _height(drawn) > _TEXT_HEIGHT else "false"
    return f"#block(breakable: {breakable})[{calls}]\n"


def _height(drawn: Picture) -> float:
    """How high the tune is on the page, in millimetres."""
    return sum(system.height / system.width * _TEXT_WIDTH for system in drawn.systems)


def _typeset(
    text: str, inputs: dict[str, str], kind: str, dots_per_inch: float | None
) -> bytes | list[bytes] | None:
    typst, fonts = _typst()
    try:
        compiler = typst.Compiler(text.encode("utf-8"), font_paths=fonts, sys_inputs=inputs)
        result: bytes | list[bytes] | None = compiler.compile(format=kind, ppi=dots_per_inch)
    except typst.TypstError as error:
        raise ScoreError(f"the page setter failed: {str(error)[:200]}") from error
    return result


def _typst() -> tuple[Any, Any]:
    """typst and the fonts it may use: those inside it and our music font, none of the machine's."""
    try:
        import typst
    except ImportError as error:
        raise MissingExtraError("PDF and PNG need typst: pip install typst") from error
    with resources.as_file(resources.files("abcgen.scores") / "vendor") as folder:
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])
    return typst, fonts


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]
