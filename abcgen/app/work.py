"""What the app shows of a tune, and the work that it has the model do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from abcgen.errors import NotationError, ScoreError
from abcgen.generation.controls import Controls, Sampling, checked_count, checked_seed
from abcgen.notation import parse_book, write_abc
from abcgen.notation.dialect import from_dialect
from abcgen.notation.problems import Problem
from abcgen.notation.splice import InFile
from abcgen.notation.transpose import transpose_by
from abcgen.scores.limits import check_size
from abcgen.scores.page import no_signs, texts_of, tune_data
from abcgen.scores.playing import Playing, program_of

if TYPE_CHECKING:
    from abcgen.generation import TuneSource

#: Bars and notes of the longest tune that the app shows and turns into files.
MOST_BARS, MOST_NOTES = 500, 5000
Task = Literal["continue", "infill", "vary", "answer"]
View = dict[str, Any]
#: What the interface takes has no other names than these.
STRICT = {"extra": "forbid"}


@dataclass(frozen=True)
class Order:
    """A new tune: what is asked of it, how freely it is drawn, from which seed, and which of its tunes."""

    __pydantic_config__ = STRICT
    controls: Controls = Controls()  # noqa: RUF009 - frozen
    sampling: Sampling = Sampling()  # noqa: RUF009 - frozen
    seed: int = 0
    number: int = 0

    def __post_init__(self) -> None:
        checked_seed(self.seed)
        checked_count(self.number + 1)


@dataclass(frozen=True)
class Change:
    """New music in a tune: `first` to `last` are the bars to write anew, as people count them."""

    __pydantic_config__ = STRICT
    abc: str
    task: Task
    first: int = 1
    last: int = 1
    amount: float = 0.3
    sampling: Sampling = Sampling()  # noqa: RUF009 - frozen
    seed: int = 0
    instrument: str = ""

    def __post_init__(self) -> None:
        checked_seed(self.seed)


def view(abc: str, instrument: str = "") -> View:
    """What a page shows of a text: the score of its first tune where there can be one, and all problems.

    `score` is None where there is none, and `fault` says why. Raises UsageError for an unknown instrument.
    """
    book = parse_book(abc)
    problems = [*book.problems, *(problem for tune in book.tunes for problem in tune.problems)]
    found: View = {"abc": abc, "title": "", "subtitles": [], "credits": "", "words": [], "score": None}
    found["problems"] = [_told(each) for each in problems]
    if not book.tunes:
        return {**found, "fault": "there is no tune here; a tune begins with a line such as X:1"}
    tune = book.tunes[0]
    found["title"] = tune.title
    found |= texts_of(tune)
    if len(book.tunes) > 1:
        line = book.tunes[1].line
        said = "a second tune begins here: only the first is shown and played; keep each by itself"
        found["problems"].append({"line": line, "column": 1, "length": 1, "error": False, "message": said})
    signs = no_signs()
    try:
        check_size(tune, MOST_BARS, MOST_NOTES)
        score = tune_data(tune, Playing(program_of(instrument)), signs, shifts=(0,))
    except ScoreError as error:
        return {**found, "fault": str(error)}
    return {**found, "score": {**score, "tabs": signs}, "fault": ""}


def moved(abc: str, semitones: int) -> str:
    """The text with its first tune so many semitones up. Raises InputError where there is no tune."""
    file = InFile(abc)
    text = write_abc(transpose_by(file.tune, semitones)).removesuffix("\n")
    return file.with_lines(text.split("\n")).text


def _told(problem: Problem) -> dict[str, Any]:
    length = max(1, len(problem.text))
    return {
        "line": problem.line,
        "column": problem.column,
        "length": length,
        "error": problem.is_error,
        "message": f"{problem.message}{'; ' if problem.hint else ''}{problem.hint}",
    }


def written(source: TuneSource, order: Order, made_by: str = "") -> Iterator[View]:
    """A new tune: a view of what there is after each bar, and at last the whole, with how it was made.

    `made_by` is kept with it: the model, and the version of what draws from it.
    """
    steered = source.steered(order.controls, order.sampling, order.seed)
    for warning in steered.warnings():
        yield {"warning": warning}
    text = ""
    for number, piece in enumerate(steered.bars(order.number)):
        text += piece
        if number and (begun := _begun(text, order)) is not None:
            yield {"begun": begun}
    whole = _whole(steered, order, text)
    whole["made"]["by"] = made_by
    yield {"tune": whole}


def _begun(text: str, order: Order) -> View | None:
    """A view of a tune that is being written; None where it cannot be shown as yet."""
    try:
        tune = from_dialect(text)
        return view(write_abc(replace(tune, titles=("…",), reference=1)), order.controls.instrument)
    except NotationError:
        return None


def _whole(source: TuneSource, order: Order, text: str) -> View:
    tune = from_dialect(text)
    title = source.title_of(order.number + 1, tune.rhythm)
    found = view(write_abc(replace(tune, titles=(title,), reference=1)), order.controls.instrument)
    found["made"] = {
        "asked": {
            name: value for name, value in asdict(order.controls).items() if value not in {"", 0, None}
        },
        "sampling": asdict(order.sampling),
        "seed": order.seed,
        "number": order.number + 1,
    }
    if source.index is not None:
        copied = source.index.copied(tune.bars)
        found["copied"] = {"bars": copied.run.bars, "title": copied.title, "most": source.index.most_human}
    return found


def changed(source: TuneSource, change: Change) -> Iterator[View]:
    """The tune with new music in it, as a view; `changed` tells what is new."""
    from abcgen.generation import tasks

    file = InFile(change.abc)
    steered = source.steered(Controls(instrument=change.instrument), change.sampling, change.seed)
    if change.task == "infill":
        found = tasks.infill(steered, file, *tasks.bars_as_counted(file.tune, change.first, change.last))
        said = f"bars {change.first} to {change.last} are new"
    elif change.task == "vary":
        varied = tasks.vary(steered, file, change.amount)
        found = varied.file
        said = "new: bars " + ", ".join(str(number + file.tune.first_number) for number in varied.changed)
    else:
        work = tasks.answer if change.task == "answer" else tasks.continue_tune
        found = work(steered, file)
        said = f"{len(found.tune.bars) - len(file.tune.bars)} bars are new"
    if file.sung and change.task in {"infill", "vary"}:
        said += "; its words (w:) stay as they are, see whether they fit the new notes"
    yield {**view(found.text, change.instrument), "changed": said}
