"""`abcgen check`: what is wrong with ABC files, for people and for machines."""

from __future__ import annotations

import difflib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from abcgen.cli.inputs import count_of, find_files, shown
from abcgen.errors import InputError, UsageError

if TYPE_CHECKING:
    from abcgen.notation import Problem, Tune

FORMATS = ("text", "json", "github")
#: Below this many files one process is faster than several.
FEW_FILES = 16


@dataclass(frozen=True)
class Wanted:
    """What is to be reported: codes to keep (all when empty) and to leave out, and how to say it."""

    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    style: str = "text"
    ladder: bool = False

    def shown(self, tune: Tune) -> Tune:
        """The tune with those of its problems that are asked for."""
        kept = tuple(
            p
            for p in tune.problems
            if (not self.select or p.code in self.select) and p.code not in self.ignore
        )
        return replace(tune, problems=kept) if len(kept) < len(tune.problems) else tune


@dataclass
class Found:
    """What came of some files. `heights` counts tunes by the highest rung of the ladder that they reach."""

    lines: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    tunes: int = 0
    bad: int = 0
    warnings: int = 0
    heights: Counter[int] = field(default_factory=Counter)

    def add(self, other: Found) -> None:
        """Count what came of other files; their lines are not kept."""
        self.unread += other.unread
        self.tunes += other.tunes
        self.bad += other.bad
        self.warnings += other.warnings
        self.heights += other.heights


@click.command()
@click.argument("files", nargs=-1, metavar="FILE...")
@click.option(
    "--select", default="", metavar="CODES", help="Report these codes alone, as in bar-length,bad-tie."
)
@click.option("--ignore", default="", metavar="CODES", help="Do not report these codes.")
@click.option("--format", "style", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option(
    "--json", "as_json", is_flag=True, help="The same as --format json: an object a tune, a line each."
)
@click.option(
    "--ladder", is_flag=True, help="The share of tunes that hold on each step of validity, and no problems."
)
@click.option(
    "--explain", default="", metavar="CODE", help="What a code means, with an example, and nothing else."
)
def check(
    files: tuple[str, ...], select: str, ignore: str, style: str, as_json: bool, ladder: bool, explain: str
) -> int:
    """Say what is wrong with ABC files; a folder means every .abc file in it.

    Leaves with 0 when all tunes are clean, 1 when some have errors, 2 when a file cannot be read.
    """
    if explain:
        return _explain(_codes(explain))
    if not files:
        raise UsageError("no file is named; give ABC files or folders")
    if ladder and (select or ignore or style == "github"):
        raise UsageError("--ladder judges whole tunes; it goes with neither --select, --ignore nor github")
    wanted = Wanted(_codes(select), _codes(ignore), "json" if as_json else style, ladder)
    paths, missing = find_files(files)
    total = Found(unread=missing)
    for line in missing:
        click.echo(f"abcgen: error: {line}", err=True)
    for found in _checked(paths, wanted):
        for line in found.lines:
            click.echo(line)
        for line in found.unread:
            click.echo(f"abcgen: error: {line}", err=True)
        total.add(found)
    if ladder and total.tunes:
        _show_ladder(total, wanted.style)
    elif wanted.style != "json" and total.tunes:
        warnings = count_of(total.warnings, "warning")
        click.echo(f"{count_of(total.tunes, 'tune')}, {total.bad} with errors, {warnings}", err=True)
    return 2 if total.unread else 1 if total.bad else 0


def _codes(text: str) -> frozenset[str]:
    """The codes in `bar-length,bad-tie`. Raises UsageError for one that there is not."""
    from abcgen.notation.problems import CODES

    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in CODES:
            near = difflib.get_close_matches(name, CODES, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(CODES))}"
            raise UsageError(f"there is no code {name[:40]!r}; {hint}")
    return frozenset(names)


def _explain(codes: Iterable[str]) -> int:
    from abcgen.notation.explain import explanation

    click.echo("\n\n".join(explanation(code) for code in sorted(codes)))
    return 0


def _checked(paths: Sequence[Path], wanted: Wanted) -> Iterator[Found]:
    """What came of every file, in order; many files are shared out among processes, with a bar."""
    from abcgen.files import cores

    workers = min(cores(), 16)
    if len(paths) < FEW_FILES or workers < 2:
        yield from (check_file(path, wanted, click.echo) for path in paths)
        return
    import functools
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers) as pool:
        results = pool.map(functools.partial(check_file, wanted=wanted), paths, chunksize=8)
        with click.progressbar(
            results, len(paths), "checking", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            yield from bar


def check_file(path: Path, wanted: Wanted, emit: Callable[[str], None] | None = None) -> Found:
    """Read one file, tune by tune; each line goes to `emit` at once, or is kept where there is none."""
    from abcgen.files import text_lines
    from abcgen.notation.parser import read_tunes

    found = Found()
    try:
        for tune in read_tunes(text_lines(path)):
            _count(found, path, tune, wanted, emit or found.lines.append)
        if not found.tunes:
            raise InputError(f"{shown(path)} holds no tune; a tune begins with a line such as X:1")
    except InputError as error:
        found.unread.append(" ".join(str(error).split()))
    return found


def _count(found: Found, path: Path, tune: Tune, wanted: Wanted, emit: Callable[[str], None]) -> None:
    found.tunes += 1
    if wanted.ladder:
        from abcgen.notation.ladder import broken_steps, height
        from abcgen.scores import score_problem

        reached = height(broken_steps(tune, score_problem))
        found.heights[reached] += 1
        found.bad += reached < 6
        return
    valid, tune = tune.valid, wanted.shown(tune)
    found.bad += not tune.valid
    found.warnings += sum(not problem.is_error for problem in tune.problems)
    if wanted.style == "json":
        emit(json.dumps(_record(path, tune, valid=valid), ensure_ascii=False))
        return
    source = tune.source.split("\n")
    for problem in tune.problems:
        at = problem.line - tune.line
        line = source[at] if 0 <= at < len(source) else None
        emit(_github(path, problem) if wanted.style == "github" else problem.render(shown(path), line))


def _record(path: Path, tune: Tune, *, valid: bool) -> dict[str, object]:
    """`valid` counts all problems of the tune, also those that are not to be shown."""
    return {
        "file": shown(path),
        "line": tune.line,
        "x": tune.reference,
        "title": tune.title,
        "ok": valid,
        "problems": [problem.as_dict() for problem in tune.problems],
    }


def _github(path: Path, problem: Problem) -> str:
    """A workflow command that puts the problem beside its line on GitHub."""

    def escaped(text: str, more: str = "") -> str:
        for sign in "%\r\n" + more:
            text = text.replace(sign, f"%{ord(sign):02X}")
        return text

    message = problem.message + (f" ({problem.hint})" if problem.hint else "")
    where = f"file={escaped(shown(path), ':,')},line={problem.line},col={problem.column}"
    return f"::{problem.severity} {where},title={problem.code}::{escaped(message)}"


def _show_ladder(found: Found, style: str) -> None:
    """Steps with the share of tunes on which all up to it hold, and its 95 % Wilson interval."""
    from abcgen.evaluation import wilson
    from abcgen.notation.ladder import STEPS

    if style != "json":
        head = count_of(found.tunes, "tune")
        click.echo(f"{head:<43}{'tunes':>8}{'share':>9}   95 % interval")
    for step, meaning in STEPS.items():
        holding = sum(count for reached, count in found.heights.items() if reached >= step)
        share = wilson(holding, found.tunes)
        if style == "json":
            figures = {"tunes": found.tunes, "holding": holding, **asdict(share)}
            click.echo(json.dumps({"step": step, "meaning": meaning, **figures}))
            continue
        interval = f"[{share.low:.4f}, {share.high:.4f}]"
        click.echo(f"{step}  {meaning:<40}{holding:>8}{share.estimate:>9.4f}   {interval}")
