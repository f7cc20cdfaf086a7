"""A tune as files: which formats there are, and all of them written or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from abcgen.errors import UsageError
from abcgen.files import refuse_existing, write_whole
from abcgen.notation.parser import parse_book
from abcgen.notation.tune import Tune
from abcgen.notation.writer import write_abc
from abcgen.scores.engrave import to_svg
from abcgen.scores.midi import to_midi
from abcgen.scores.musicxml import to_musicxml
from abcgen.scores.sheets import to_pdf, to_png

_CONVERTERS: dict[str, tuple[str, Callable[[Tune], str | bytes]]] = {
    "abc": (".abc", lambda tune: _own_text(tune)),
    "midi": (".mid", to_midi),
    "musicxml": (".musicxml", to_musicxml),
    "svg": (".svg", to_svg),
    "pdf": (".pdf", to_pdf),
    "png": (".png", to_png),
}
FORMATS = tuple(_CONVERTERS)


def parse_formats(text: str) -> tuple[str, ...]:
    """The formats named in `midi,svg`, each once, in the order given. Raises UsageError."""
    names = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    for name in names:
        if name not in _CONVERTERS:
            raise UsageError(f"{name[:24]!r} is not a format; choose among {', '.join(FORMATS)}")
    if not names:
        raise UsageError(f"no format is named; choose among {', '.join(FORMATS)}")
    return names


def target_paths(formats: Sequence[str], folder: Path, stem: str) -> list[Path]:
    """The files that `render_tune` would write, one a format, in their order.

    Raises UsageError for a `stem` that would lead out of the folder.
    """
    if not stem or stem.startswith(".") or Path(stem).name != stem or "\\" in stem:
        raise UsageError(f"{stem[:40]!r} is no file name; make one with safe_stem")
    return [folder / f"{stem}{_CONVERTERS[name][0]}" for name in formats]


def _own_text(tune: Tune) -> str:
    """The tune's own text where that says it all; written anew where the head of its file said some of it."""
    if tune.source and any(again == tune for again in parse_book(tune.source).tunes):
        return tune.source
    return write_abc(tune, own_layout=True)


def render_tune(
    tune: Tune, formats: Sequence[str], folder: Path, stem: str, *, overwrite: bool = False
) -> list[Path]:
    """Write `tune` as `folder/stem.*`, one file a format, and give their paths.

    Every conversion is done before the first file is written. Raises ScoreError when one of them
    fails, OutputError when a file is already there and `overwrite` is False.
    """
    formats = parse_formats(",".join(formats))
    paths = target_paths(formats, folder, stem)
    refuse_existing(paths, overwrite=overwrite)
    contents = [_CONVERTERS[name][1](tune) for name in formats]
    return [write_whole(path, data, overwrite=overwrite) for path, data in zip(paths, contents, strict=True)]
