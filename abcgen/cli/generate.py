"""`abcgen generate`: new tunes as ABC, MIDI, MusicXML, PDF and SVG, and a page that shows them."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from abcgen.cli.drawing import drawing
from abcgen.cli.output import say
from abcgen.errors import UsageError
from abcgen.generation.controls import Controls, Sampling, checked_count

if TYPE_CHECKING:
    from abcgen.generation import Choice, GeneratedTune, TuneSource
    from abcgen.notation import Tune
    from abcgen.scores import PageEntry

#: The page that shows the tunes, and what is told of each, a JSON object a line.
PAGE, REPORT = "index.html", "report.jsonl"
#: Tunes that the page shows at most, so that it opens at once and memory hangs on no number of tunes.
MOST_ON_PAGE = 100


@click.command()
@click.option("-n", "--number", default=1, show_default=True, type=int, metavar="N", help="How many tunes.")
@click.option("--rhythm", default="", metavar="NAME", help="jig, reel, hornpipe, slip jig, waltz …")
@click.option("--meter", default="", metavar="METER", help="As after M: in ABC: 6/8, 4/4, C|.")
@click.option("--key", default="", metavar="KEY", help="As after K: in ABC: D, Em, Edor, 'A mixolydian'.")
@click.option("--form", default="", metavar="LETTERS", help="A letter a section as it is played: AABB.")
@click.option("--bars", default=0, type=int, metavar="N", help="Bars of each section.")
@click.option("--length", default=0, type=int, metavar="N", help="Bars of the tune as it is played.")
@click.option("--pickup", default="", metavar="LENGTH", help="Part of a whole note: 1/8; 0 for none.")
@click.option("--endings/--no-endings", default=None, help="First and second endings, or none.")
@click.option("--final", default="", metavar="NOTE", help="Of the last note: tonic, other or any.")
@click.option("--origin", default="", metavar="PLACE", help="Ireland, Scotland, England …")
@click.option("--start", default="", metavar="ABC", help="How the music begins, in eighths: '|:dBAG'.")
@click.option(
    "--best-of",
    default=1,
    show_default=True,
    type=int,
    metavar="K",
    help="Draw so many for each that is kept.",
)
@click.option(
    "--max-copied-bars",
    type=int,
    metavar="N",
    help="Bars in a row of one old tune; as many as human tunes have when left out.",
)
@click.option("--title", default="", metavar="TEXT", help="A name; one is made up when left out.")
@click.option("--out", default="tunes", show_default=True, metavar="DIR", help="The folder to write into.")
@click.option("--to", "formats", default="abc,midi,musicxml,pdf,svg", show_default=True, metavar="LIST")
@drawing
@click.option("--overwrite", is_flag=True, help="Replace files that are already there.")
@click.option("--resume", is_flag=True, help="Go on with a run of the same seed that was stopped.")
def generate(
    number: int,
    seed: int,
    seed_given: bool,
    out: str,
    formats: str,
    model: str,
    title: str,
    range_: str,
    sampling: Sampling,
    best_of: int,
    max_copied_bars: int | None,
    overwrite: bool,
    resume: bool,
    **asked: Any,
) -> None:
    """Write new tunes. They are valid, and what was asked for, because nothing else can be written."""
    from abcgen.files import refuse_existing
    from abcgen.generation import Choice
    from abcgen.generation.processes import are_several, is_first
    from abcgen.scores import parse_formats, target_paths

    if title and not title.strip():
        raise UsageError("--title is blank; without it, a title is made up")
    controls = Controls(range=range_, **asked)
    choice = Choice(best_of, max_copied_bars)
    wanted = parse_formats(formats)
    checked_count(number)
    if resume and not seed_given:
        raise UsageError("--resume needs the --seed of the run that was stopped")
    if not seed_given and are_several():
        raise UsageError("several processes need a --seed, so that they draw from the same")
    folder = Path(out)
    stems = [f"tune-{seed}-{i:0{len(str(number))}d}" for i in range(1, number + 1)]
    done = 0
    if resume:
        told = _told_before(folder / REPORT)
        named = {one.get("number"): stem for stem, one in told.items() if one.get("seed") == seed}
        stems = [named.get(i, stem) for i, stem in enumerate(stems, start=1)]
        earlier = [told[stem] for stem in stems if stem in told]
        _refuse_other_wishes(earlier, _asked(controls, sampling, choice, model))
        there = (
            stem in told and all(path.exists() for path in target_paths(wanted, folder, stem))
            for stem in stems
        )
        done = sum(1 for _ in takewhile(bool, there))
        say(f"{done} of {number} tunes are there already")
    targets = [path for stem in stems[done:] for path in target_paths(wanted, folder, stem)]
    # of a tune that was being written, some files may be there
    overwrite = overwrite or (resume and _is_ours(folder / REPORT))
    if is_first():
        refuse_existing([*targets, folder / PAGE, folder / REPORT], overwrite=overwrite)
    run = _Run(controls, sampling, choice, seed, model, title, wanted, folder, overwrite)
    _generate(run, stems, done, resume=resume)


@dataclass(frozen=True)
class _Run:
    """What all tunes of a run have in common."""

    controls: Controls
    sampling: Sampling
    choice: Choice
    seed: int
    model: str
    title: str
    formats: tuple[str, ...]
    folder: Path
    overwrite: bool


def _generate(run: _Run, stems: list[str], done: int, *, resume: bool) -> None:
    """Write the tunes from the `done`th on, each as it comes; the page comes last."""
    from abcgen.files import writable_folder, write_whole
    from abcgen.generation import TuneSource
    from abcgen.generation.processes import agreed, is_first, shared_out
    from abcgen.scores import Playing, Rendering, program_of, render_tune, tunebook_page

    how = Rendering(Playing(program_of(run.controls.instrument)))
    source = TuneSource.open(run.model, run.controls, run.sampling, run.seed, run.choice)
    done = agreed(done)
    left = len(stems) - done
    found = shared_out(source, left, first=done) if left else iter(())
    if not is_first():
        for _ in found:
            pass  # the first process writes what all of them draw
        return
    for warning in source.warnings():
        say(warning, err=True)
    writable_folder(run.folder)
    kept = _begin_report(run.folder / REPORT, None if not resume else set(stems[done:]))
    entries = [_entry_of(run, stem) for stem in kept[:MOST_ON_PAGE]]
    try:
        for stem, generated in zip(stems[done:], found, strict=True):
            tune = _for_people(generated, source, run, alone=len(stems) == 1)
            paths = render_tune(tune, run.formats, run.folder, stem, how, overwrite=run.overwrite)
            if len(entries) < MOST_ON_PAGE:
                entries.append(_entry(tune, run.formats, paths))
            _append(run.folder / REPORT, _told(generated, tune, source, run, stem))
            say(f"{tune.title}: {', '.join(str(path) for path in paths)}{_likeness(generated)}")
    finally:
        # What was written before a failure stays, and can be seen.
        if entries:
            written = done + source.report.tunes
            shown = f"The first {len(entries)} of {written} new" if written > len(entries) else "New"
            page = tunebook_page(entries, f"{shown} tunes by abcgen", how.playing)
            write_whole(run.folder / PAGE, page, overwrite=run.overwrite)
            if written < len(stems):
                say(f"{written} of {len(stems)} tunes are in {run.folder}", err=True)
    say(f"{source.report.line()}; seed {run.seed}; see {run.folder / PAGE}")


def _told_before(path: Path) -> dict[str, dict[str, Any]]:
    """What the whole lines of the report of a run that was stopped tell, by the tune that they tell of."""
    found: dict[str, dict[str, Any]] = {}
    for line in path.read_text("utf-8", errors="replace").splitlines() if path.is_file() else []:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            told = json.loads(line)
            found[str(told["file"])] = told
    return found


def _is_ours(path: Path) -> bool:
    """Whether this is the report of a run, of which the last line may have been cut off."""
    if not path.is_file():
        return False
    *whole, last = path.read_text("utf-8", errors="replace").split("\n")
    begins = _line({"file": ""})[: -len('"}\n')]
    return len(_told_before(path)) >= len(whole) and begins.startswith(last[: len(begins)])


def _begin_report(path: Path, coming: set[str] | None) -> list[str]:
    """A report without the tunes that are to come, or with none if that is None; the tunes in it."""
    from abcgen.files import write_whole

    told = _told_before(path) if coming is not None else {}
    kept = {stem: one for stem, one in told.items() if stem not in (coming or ())}
    write_whole(path, "".join(map(_line, kept.values())), overwrite=True)
    return list(kept)


def _append(path: Path, told: dict[str, Any]) -> None:
    with path.open("a", encoding="utf-8") as report:
        report.write(_line(told))


def _line(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False) + "\n"


def _asked(controls: Controls, sampling: Sampling, choice: Choice, model: str) -> dict[str, Any]:
    """What the tunes of a run hang on but for their seed, as a report has it."""
    asked = {
        name: value
        for name, value in asdict(controls).items()
        if value is False or value not in {"", 0, None}
    }
    return {
        "model": model or "embedded",
        "asked": asked,
        "sampling": asdict(sampling),
        "choice": asdict(choice),
    }


def _refuse_other_wishes(earlier: list[dict[str, Any]], asked: dict[str, Any]) -> None:
    """Raise UsageError where the tunes that are there were not asked for as the rest now is."""
    for told in earlier:
        for name, value in asked.items():
            if name in told and told[name] != value:
                before, now = json.dumps(told[name]), json.dumps(value)
                raise UsageError(f"--resume goes on as was asked: {name} was {before} and is {now} now")


def _told(found: GeneratedTune, tune: Tune, source: TuneSource, run: _Run, stem: str) -> dict[str, Any]:
    """What the report says of a tune: how it is made again, how it was chosen, which old tune it is like."""
    from abcgen.notation.shape import compass, repeated_share

    told: dict[str, Any] = {
        "file": stem,
        "title": tune.title,
        "seed": run.seed,
        "number": found.number,
        **_asked(run.controls, run.sampling, run.choice, run.model),
        "drawn": found.drawn,
        "too_near": found.too_near,
        "likelihood_per_bar": round(found.likelihood, 4) if source.choice.best_of > 1 else None,
        "repeated_bars": round(repeated_share(tune), 4),
        "compass": compass(tune),
    }
    if source.index is not None and found.copied is not None:
        told["nearest"] = [
            {"title": near.title, "source": near.source, "share": round(near.share, 4)}
            for near in source.index.nearest(tune.bars, 1)
        ]
        copied = found.copied
        told["copied"] = {"title": copied.title, "source": copied.source, **copied.run._asdict()}
    return told


def _likeness(found: GeneratedTune) -> str:
    """What a tune has from an old one, if that is more than a bar."""
    if found.copied is None or found.copied.run.bars < 2:
        return ""
    return f"; {found.copied.run.bars} bars in a row are as in {found.copied.title or 'an old tune'}"


def _for_people(found: GeneratedTune, source: TuneSource, run: _Run, *, alone: bool) -> Tune:
    """The tune with a title and a number, read back from the idiomatic ABC that is written."""
    from abcgen.notation import parse_tune, write_abc

    named = run.title if alone or not run.title else f"{run.title} {found.number}"
    titles = (named or source.title(found),)
    return parse_tune(write_abc(replace(found.tune, titles=titles, reference=found.number)))


def _entry_of(run: _Run, stem: str) -> PageEntry:
    """The entry of a tune that was written before, with those of its files that are there."""
    from abcgen.notation import parse_tune
    from abcgen.scores import target_paths

    every = zip(run.formats, target_paths(run.formats, run.folder, stem), strict=True)
    there = {kind: path for kind, path in every if path.exists()}
    if "abc" not in there:
        raise UsageError("--resume needs abc among the formats, to read the tunes that are there already")
    return _entry(parse_tune(there["abc"].read_text("utf-8")), tuple(there), list(there.values()))


def _entry(tune: Tune, formats: tuple[str, ...], paths: list[Path]) -> PageEntry:
    from abcgen.scores import PageEntry

    files = {kind: path.name for kind, path in zip(formats, paths, strict=True)}
    return PageEntry(tune, files)
