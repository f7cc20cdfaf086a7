"""`abcgen generate`: new tunes as ABC, MIDI, MusicXML, PDF and SVG, and a page that shows them."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from abcgen.cli.output import say
from abcgen.generation.controls import Controls, Sampling, checked_count, checked_seed

if TYPE_CHECKING:
    from abcgen.generation import GeneratedTune
    from abcgen.notation import Tune
    from abcgen.scores import PageEntry

PAGE = "index.html"
SAMPLING = Sampling()


@click.command()
@click.option("-n", "--number", default=1, show_default=True, type=int, metavar="N", help="How many tunes.")
@click.option("--rhythm", default="", metavar="NAME", help="jig, reel, hornpipe, slip jig, waltz …")
@click.option("--meter", default="", metavar="METER", help="As after M: in ABC: 6/8, 4/4, C|.")
@click.option("--key", default="", metavar="KEY", help="As after K: in ABC: D, Em, Edor, 'A mixolydian'.")
@click.option("--seed", type=int, metavar="N", help="Same seed, same tunes; drawn and told when left out.")
@click.option("--out", default="tunes", show_default=True, metavar="DIR", help="The folder to write into.")
@click.option("--to", "formats", default="abc,midi,musicxml,pdf,svg", show_default=True, metavar="LIST")
@click.option("--model", default="", metavar="DIR", help="A trained model; the embedded one when left out.")
@click.option(
    "--temperature",
    default=SAMPLING.temperature,
    show_default=True,
    type=float,
    metavar="T",
    help="0 is greedy.",
)
@click.option("--top-p", default=SAMPLING.top_p, show_default=True, type=float, metavar="P")
@click.option(
    "--max-draws",
    default=SAMPLING.max_draws,
    show_default=True,
    type=int,
    metavar="N",
    help="Draws a tune, at most.",
)
@click.option("--overwrite", is_flag=True, help="Replace files that are already there.")
def generate(
    number: int,
    rhythm: str,
    meter: str,
    key: str,
    seed: int | None,
    out: str,
    formats: str,
    model: str,
    temperature: float,
    top_p: float,
    max_draws: int,
    overwrite: bool,
) -> None:
    """Write new tunes. Each is checked by abcgen and by music21; what fails is drawn again."""
    from abcgen.files import refuse_existing
    from abcgen.scores import parse_formats, target_paths

    controls = Controls(rhythm, meter, key)
    sampling = Sampling(temperature, top_p, max_draws)
    wanted = parse_formats(formats)
    checked_count(number)
    chosen = secrets.randbelow(1_000_000) if seed is None else checked_seed(seed)
    folder = Path(out)
    stems = [f"tune-{chosen}-{i:0{len(str(number))}d}" for i in range(1, number + 1)]
    targets = [path for stem in stems for path in target_paths(wanted, folder, stem)]
    refuse_existing([*targets, folder / PAGE], overwrite=overwrite)
    _generate(controls, sampling, chosen, model, stems, wanted, folder, overwrite=overwrite)


def _generate(
    controls: Controls,
    sampling: Sampling,
    seed: int,
    model: str,
    stems: list[str],
    formats: tuple[str, ...],
    folder: Path,
    *,
    overwrite: bool,
) -> None:
    """Draw the tunes and write each as it comes; the page comes last."""
    from abcgen.files import writable_folder, write_whole
    from abcgen.generation import TuneSource
    from abcgen.models import load_model
    from abcgen.resources import embedded_model
    from abcgen.scores import index_page, render_tune

    loaded, tokenizer = load_model(Path(model) if model else embedded_model())
    source = TuneSource(loaded, tokenizer, controls, sampling, seed)
    writable_folder(folder)
    entries: list[PageEntry] = []
    try:
        for stem, found in zip(stems, source.tunes(len(stems)), strict=True):
            tune = _for_people(found, seed)
            paths = render_tune(tune, formats, folder, stem, overwrite=overwrite)
            entries.append(_entry(tune, formats, paths, found))
            say(f"{tune.title}: {', '.join(str(path) for path in paths)}")
    finally:
        # What was drawn before a failure stays, and can be seen.
        if entries:
            write_whole(folder / PAGE, index_page(entries, "New tunes by abcgen"), overwrite=overwrite)
            if len(entries) < len(stems):
                say(f"{len(entries)} of {len(stems)} tunes are in {folder}", err=True)
    say(f"{source.report.line()}; seed {seed}; see {folder / PAGE}")


def _for_people(found: GeneratedTune, seed: int) -> Tune:
    """The tune with a title and a number, read back from the idiomatic ABC that is written."""
    from abcgen.generation.draw import tune_title
    from abcgen.notation import parse_tune, write_abc

    titled = replace(found.tune, titles=(tune_title(found, seed),), reference=found.number)
    return parse_tune(write_abc(titled))


def _entry(tune: Tune, formats: tuple[str, ...], paths: list[Path], found: GeneratedTune) -> PageEntry:
    from abcgen.scores import PageEntry

    files = {kind: path.name for kind, path in zip(formats, paths, strict=True)}
    return PageEntry(tune.title, tune.source, files, f"drawn {found.draws}×" if found.draws > 1 else "")
