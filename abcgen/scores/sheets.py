"""Engraved tunes on paper: pages as PDF, with contents and indexes for a book; one picture as PNG.

typst sets the pages by `book.typ`. It sees pictures made by `svg` and a description made here, no file of
the user; its fonts are those inside it and our music font, so that a page looks the same on every machine.
Scripts that those do not have, such as Chinese, are set in fonts of the machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from abcgen.errors import MissingExtraError, ScoreError, UsageError
from abcgen.notation.tune import Tune
from abcgen.scores.engrave import engraved
from abcgen.scores.fonts import foreign_characters, pictographs, require_font
from abcgen.scores.look import PLAIN, Look
from abcgen.scores.names import one_line
from abcgen.scores.svg import MARGIN, Picture

_BETWEEN_TUNES = 6
MAX_PAGE_TUNES = 2000
#: A PNG holds one page as long as it needs to be; longer than this, no viewer opens it.
MAX_PNG_MILLIMETRES = 3000
PNG_DOTS_PER_INCH = 144.0


class Paper(NamedTuple):
    """A page in millimetres, and its margins; without a height it is as high as what is on it."""

    width: float
    height: float | None
    side: float
    top: float
    bottom: float


#: A tablet's page is that of a screen of four by three, held upright.
PAPERS = {
    "a4": Paper(210, 297, 18, 16, 20),
    "letter": Paper(215.9, 279.4, 20, 16, 18),
    "tablet": Paper(162, 216, 7, 10, 11),
}
_ONE_PICTURE = Paper(210, None, 18, 12, 12)


class Pages(NamedTuple):
    """What a book is printed on, one of `PAPERS`, and whether it has a title page, contents and indexes."""

    paper: str = "a4"
    contents: bool = False


A4 = Pages()


def checked_pages(pages: Pages) -> Pages:
    """The same. Raises UsageError for a paper that is not there."""
    if pages.paper not in PAPERS:
        raise UsageError(f"there is no paper {pages.paper[:20]!r}; there are {', '.join(PAPERS)}")
    return pages


def to_pdf(
    tunes: Tune | Iterable[Tune],
    title: str = "",
    look: Look = PLAIN,
    pages: Pages = A4,
    faults: list[tuple[Tune, ScoreError]] | None = None,
) -> bytes:
    """The scores of `tunes` on pages, fonts embedded, pages numbered when there are several.

    A tune that fits on one page is not broken; a longer one is broken between systems only.
    Raises ScoreError for a tune that cannot be engraved; with `faults` such tunes are left out, and told
    there. UsageError for a paper that is not there.
    """
    paper = PAPERS[checked_pages(pages).paper]
    drawn = _pictures(tunes, look, faults)
    found = _compile(drawn, paper, title, "pdf", None, contents=pages.contents)
    if not isinstance(found, bytes):
        raise ScoreError("the page setter gave no PDF")
    return found


def to_png(
    tunes: Tune | Iterable[Tune], dots_per_inch: float = PNG_DOTS_PER_INCH, look: Look = PLAIN
) -> bytes:
    """The scores of `tunes` as one picture, as wide as an A4 page and as high as they need.

    Raises ScoreError as `to_pdf` does, and when the picture would be too high for one image.
    """
    drawn = _pictures(tunes, look, None)
    image = _compile(drawn, _ONE_PICTURE, "", "png", dots_per_inch, contents=False)
    if not isinstance(image, bytes):
        raise ScoreError("the page setter gave no single picture")
    return image


def _compile(
    tunes: list[tuple[Tune, Picture]],
    paper: Paper,
    title: str,
    kind: str,
    dots_per_inch: float | None,
    *,
    contents: bool,
) -> bytes | list[bytes] | None:
    if not tunes:
        raise ScoreError("there is no tune to set on a page")
    if len(tunes) > MAX_PAGE_TUNES:
        raise ScoreError(f"{len(tunes)} tunes are too many for one document; {MAX_PAGE_TUNES} are the most")
    width = paper.width - 2 * paper.side
    heights = [_height(drawn, width) for _, drawn in tunes]
    if kind == "png" and sum(heights) > MAX_PNG_MILLIMETRES:
        raise ScoreError("so many tunes do not fit on one picture; make a PDF of them")
    room = paper.height - paper.top - paper.bottom if paper.height is not None else sum(heights)
    book = {
        **paper._asdict(),
        "title": one_line(title or (tunes[0][0].title if len(tunes) == 1 else "")) or "abcgen",
        "contents": contents,
        "between": _BETWEEN_TUNES,
        "tunes": [
            {
                "title": one_line(tune.title) or f"X:{tune.reference}",
                "key": tune.key.tonic_and_mode,
                "rhythm": one_line(tune.rhythm).lower(),
                "systems": len(drawn.systems),
                "widths": [min(1.0, room / (each.height / each.width * width)) for each in drawn.systems],
                "margins": [MARGIN / each.width for each in drawn.systems],
                "breakable": height > room,
            }
            for (tune, drawn), height in zip(tunes, heights, strict=True)
        ],
    }
    inputs = {"book": json.dumps(book)}
    for number, (_, drawn) in enumerate(tunes):
        inputs |= {f"{number}-{index}": drawn.system_svg(index) for index in range(len(drawn.systems))}
    return _typeset(inputs, kind, dots_per_inch)


def _pictures(
    tunes: Tune | Iterable[Tune], look: Look, faults: list[tuple[Tune, ScoreError]] | None
) -> list[tuple[Tune, Picture]]:
    """The tunes with their scores, each taken when its turn comes."""
    found = []
    for tune in [tunes] if isinstance(tunes, Tune) else tunes:
        try:
            drawn = engraved(tune, look)
            _require_fonts(tune, drawn)
            found.append((tune, drawn))
        except ScoreError as error:
            if faults is not None:
                faults.append((tune, error))
            elif isinstance(tunes, Tune):
                raise
            else:
                raise ScoreError(f"{one_line(tune.title) or f'X:{tune.reference}'}: {error}") from error
    return found


def _require_fonts(tune: Tune, drawn: Picture) -> None:
    """Raise ScoreError for a tune with letters that no font here has."""
    if foreign_characters("".join((tune.source, *tune.titles))):
        texts = (drawn.system_svg(index) for index in range(len(drawn.systems)))
        if other := foreign_characters("".join((tune.title, *texts))):
            require_font(other, _font_files())


@lru_cache(maxsize=2)
def _fonts(*, system: bool) -> Any:
    """The fonts of the page setter and our own; with `system` those of the machine too."""
    with resources.as_file(resources.files("abcgen.scores") / "vendor") as folder:
        paths = {"include_embedded_fonts": True, "font_paths": [str(folder)]}
        return _typst().Fonts(include_system_fonts=system, **paths)


def _font_files() -> dict[str, int]:
    """The files of all fonts, and which of their file they are."""
    return {font.path: font.index for font in _fonts(system=True).fonts() if font.path}


def _height(drawn: Picture, width: float) -> float:
    """How high the tune is on a page with lines of this width, in millimetres."""
    return sum(system.height / system.width * width for system in drawn.systems)


def _typeset(inputs: dict[str, str], kind: str, dots_per_inch: float | None) -> bytes | list[bytes] | None:
    typst = _typst()
    texts = "".join(inputs.values())
    other = foreign_characters(texts)
    if other:
        require_font(other, _font_files())
    fonts = _fonts(system=bool(other or pictographs(texts)))
    try:
        compiler = typst.Compiler(_program(), font_paths=fonts, sys_inputs=inputs)
        result: bytes | list[bytes] | None = compiler.compile(format=kind, ppi=dots_per_inch)
    except typst.TypstError as error:
        raise ScoreError(f"the page setter failed: {str(error)[:200]}") from error
    return result


@lru_cache(maxsize=1)
def _program() -> bytes:
    return (resources.files("abcgen.scores") / "book.typ").read_bytes()


def _typst() -> Any:
    try:
        import typst
    except ImportError as error:
        raise MissingExtraError("PDF and PNG need typst: pip install typst") from error
    return typst
