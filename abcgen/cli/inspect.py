"""`abcgen inspect`: what tunes are, for people and for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from abcgen.cli.inputs import find_files, shown

if TYPE_CHECKING:
    from abcgen.notation.describe import Description
    from abcgen.notation.tune import Tune


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a tune, a line each, notes included.")
@click.option("--unfold", is_flag=True, help="Give the notes as played, repeats expanded.")
def inspect(files: tuple[str, ...], as_json: bool, unfold: bool) -> int:
    """Say what the tunes of FILES are: key, form, range, what they can be played on."""
    from abcgen.errors import InputError, NotationError
    from abcgen.files import text_lines
    from abcgen.notation.describe import describe
    from abcgen.notation.parser import read_tunes

    failed = 0
    paths, unread = find_files(files)
    for path in paths:
        found = 0
        try:
            for tune in read_tunes(text_lines(path)):
                found += 1
                try:
                    description, error = describe(tune, unfold=unfold), ""
                except NotationError as problem:
                    failed += 1
                    description, error = describe(tune), str(problem)
                    click.echo(f"{shown(path)}:{tune.line}: {error}; not unfolded", err=True)
                click.echo(
                    _json(path, tune, description, error) if as_json else _text(path, tune.line, description)
                )
            if not found:
                raise InputError(f"{shown(path)} holds no tune; a tune begins with a line such as X:1")
        except InputError as problem:
            unread.append(str(problem))
    for line in unread:
        click.echo(f"abcgen: error: {line}", err=True)
    return 2 if unread else 1 if failed else 0


def _json(path: Path, tune: Tune, description: Description, error: str) -> str:
    """An object in one line; `error` says why its notes are not unfolded."""
    from abcgen.notation.steering import pitch_name

    record = {"file": shown(path), "line": tune.line, "ok": tune.valid, **asdict(description)}
    low, high = description.lowest, description.highest
    record["x"] = record.pop("reference")
    record["range"] = [pitch_name(low), pitch_name(high)] if low is not None and high is not None else []
    record["notes"] = [
        [[midi, float(on), float(long)] for midi, on, long in voice] for voice in description.notes
    ]
    if error:
        record["error"] = error
    return json.dumps(record, ensure_ascii=False)


def _text(path: Path, line: int, description: Description) -> str:
    from abcgen.files import visible
    from abcgen.notation.steering import pitch_name

    d = description
    rhythm = d.rhythm + ("" if d.rhythm_named or not d.rhythm else " (guessed)")
    span = (
        f"{pitch_name(d.lowest)} to {pitch_name(d.highest)}"
        if d.lowest is not None and d.highest is not None
        else ""
    )
    rows = {
        "key": d.key,
        "metre": d.meter,
        "rhythm": rhythm,
        "form": d.form,
        "bars a section": " ".join(map(str, d.section_bars)),
        "range": span,
        "notes a bar": f"{d.notes_per_bar:.1f}",
        "playable on": ", ".join(d.instruments),
    }
    head = f"{path}:{line} X:{d.reference} {d.title}"
    lines = [head, *(f"  {name:<16}{text}" for name, text in rows.items())]
    return "\n".join(map(visible, lines))
