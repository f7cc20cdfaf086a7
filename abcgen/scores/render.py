"""A tune as files: which formats there are, and the files made before any is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from abcgen.errors import ScoreError, UsageError
from abcgen.files import refuse_existing, write_whole
from abcgen.notation.parser import parse_book
from abcgen.notation.tune import Tune
from abcgen.notation.writer import write_abc
from abcgen.scores.engrave import to_svg
from abcgen.scores.look import PLAIN, Look
from abcgen.scores.midi import to_midi
from abcgen.scores.musicxml import to_musicxml
from abcgen.scores.names import safe_stem
from abcgen.scores.page import PageEntry, tunebook_page
from abcgen.scores.playing import AS_WRITTEN, Playing
from abcgen.scores.sheets import A4, Pages, to_pdf, to_png
from abcgen.scores.sound import CODINGS, MAX_SECONDS, require_synthesiser, to_sound


class Rendering(NamedTuple):
    """What is asked of files beside their formats: how tunes are played, how scores look, on which paper, and
    for how many seconds sound may last.
    """

    playing: Playing = AS_WRITTEN
    look: Look = PLAIN
    pages: Pages = A4
    longest: float = MAX_SECONDS


PLAINLY = Rendering()


def _sound(kind: str, tune: Tune, how: Rendering) -> bytes:
    return to_sound(tune, kind, how.playing, longest=how.longest)


def _page(tunes: Sequence[Tune], title: str, how: Rendering) -> str:
    return tunebook_page([PageEntry(tune) for tune in tunes], title, how.playing, how.look)


_CONVERTERS: dict[str, tuple[str, Callable[[Tune, Rendering], str | bytes]]] = {
    "abc": (".abc", lambda tune, _: _own_text(tune)),
    "midi": (".mid", lambda tune, how: to_midi(tune, how.playing)),
    "musicxml": (".musicxml", lambda tune, _: to_musicxml(tune)),
    "svg": (".svg", lambda tune, how: to_svg(tune, how.look)),
    "pdf": (".pdf", lambda tune, how: to_pdf(tune, "", how.look, how.pages._replace(contents=False))),
    "png": (".png", lambda tune, how: to_png(tune, look=how.look)),
    "html": (".html", lambda tune, how: _page([tune], tune.title or "Untitled", how)),
    **{kind: (f".{kind}", partial(_sound, kind)) for kind in CODINGS},
}
FORMATS = tuple(_CONVERTERS)
#: Formats of which one file may hold many tunes, one after the other.
TOGETHER = ("pdf", "html", *CODINGS)


def parse_formats(text: str) -> tuple[str, ...]:
    """The formats named in `midi,svg`, each once, in the order given.

    Raises UsageError, and MissingExtraError for sound without its extra.
    """
    names = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    for name in names:
        if name not in _CONVERTERS:
            raise UsageError(f"{name[:24]!r} is not a format; choose among {', '.join(FORMATS)}")
    if not names:
        raise UsageError(f"no format is named; choose among {', '.join(FORMATS)}")
    if any(name in CODINGS for name in names):
        require_synthesiser()
    return names


def target_paths(formats: Sequence[str], folder: Path, stem: str) -> list[Path]:
    """The files that `render_tune` would write, one a format, in their order.

    Raises UsageError for a `stem` that would lead out of the folder.
    """
    if not stem or stem.startswith(".") or Path(stem).name != stem or "\\" in stem:
        raise UsageError(f"{stem[:40]!r} is no file name; make one with safe_stem")
    return [folder / f"{stem}{_CONVERTERS[name][0]}" for name in formats]


def rendered(tune: Tune, kind: str, how: Rendering = PLAINLY) -> tuple[str, str | bytes]:
    """The tune in one of `FORMATS`: how the names of such files end, and what is in one.

    Raises UsageError for another, ScoreError when the tune cannot be converted.
    """
    names = parse_formats(kind)
    if len(names) > 1:
        raise UsageError(f"{kind[:40]!r} are several formats; one is asked for")
    ending, convert = _CONVERTERS[names[0]]
    return ending, convert(tune, how)


def _own_text(tune: Tune) -> str:
    """The tune's own text where that says it all; written anew where the head of its file said some of it."""
    if tune.source and any(again == tune for again in parse_book(tune.source).tunes):
        return tune.source
    return write_abc(tune, own_layout=True)


def render_tune(
    tune: Tune,
    formats: Sequence[str],
    folder: Path,
    stem: str,
    how: Rendering = PLAINLY,
    faults: list[tuple[str, ScoreError]] | None = None,
    *,
    overwrite: bool = False,
) -> list[Path]:
    """Write `tune` as `folder/stem.*`, one file a format, and give their paths.

    Every conversion is done before the first file is written. Raises ScoreError when one of them fails; with
    `faults` such a format is left out, and told there. OutputError when a file is already there and
    `overwrite` is False.
    """
    formats = parse_formats(",".join(formats))
    targets = target_paths(formats, folder, stem)
    refuse_existing(targets, overwrite=overwrite)
    made = []
    for name, path in zip(formats, targets, strict=True):
        try:
            made.append((path, _CONVERTERS[name][1](tune, how)))
        except ScoreError as error:
            if faults is None:
                raise
            faults.append((name, error))
    return [write_whole(path, data, overwrite=overwrite) for path, data in made]


def render_together(
    tunes: Sequence[Tune],
    formats: Sequence[str],
    folder: Path,
    title: str,
    how: Rendering = PLAINLY,
    faults: list[tuple[Tune, ScoreError]] | None = None,
    *,
    overwrite: bool = False,
) -> list[Path]:
    """Write all tunes as one file a format, named by the title; in sounds they go on into each other.

    With `faults`, tunes that cannot be converted are left out, and told there. Raises UsageError for formats
    other than those of `TOGETHER`, ScoreError for one that cannot be, when the others are written, otherwise
    what `render_tune` raises.
    """
    formats = parse_formats(",".join(formats))
    for name in formats:
        if name not in TOGETHER:
            raise UsageError(f"{name} has one tune a file; many can be together as {', '.join(TOGETHER)}")
    paths = target_paths(formats, folder, safe_stem(title))
    refuse_existing(paths, overwrite=overwrite)
    made, failed = [], []
    for name, path in zip(formats, paths, strict=True):
        try:
            made.append((path, _together(tunes, name, title, how, faults)))
        except ScoreError as error:
            failed.append(ScoreError(f"{name}: {error}"))
    written = [write_whole(path, data, overwrite=overwrite) for path, data in made]
    if failed:
        raise failed[0]
    return written


def _together(
    tunes: Sequence[Tune],
    kind: str,
    title: str,
    how: Rendering,
    faults: list[tuple[Tune, ScoreError]] | None,
) -> str | bytes:
    if kind == "pdf":
        return to_pdf(tunes, title, how.look, how.pages, faults)
    if kind == "html":
        return _page(tunes, title, how)  # shows a tune without a score as text
    return to_sound(tunes, kind, how.playing, faults, longest=how.longest)
