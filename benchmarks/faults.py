"""Faults put into clean tunes: how many are found, and how many on the right bar.

    python benchmarks/faults.py [-n 1000] [--seed 7]

The tunes are those of music21's public-domain collections in which nothing is found wrong; each kind of
fault is put into n of them, one at a time, into a bar that is whole. `found`: any problem is reported.
`placed`: one stands on the bar with the fault, or at its edge.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterator

from abcgen.corpus.sources import find_sources
from abcgen.evaluation import wilson
from abcgen.notation import Tune, parse_book
from abcgen.notation.lexer import lex, scan
from abcgen.notation.tune import Bar, Note

Lines = list[str]


class NoPlace(Exception):  # noqa: N818 - a verdict
    """This tune has no place for the fault."""


def put(lines: Lines, line: int, column: int, text: str, cut: int = 0) -> Lines:
    """The lines with `text` in place of `cut` characters at a place."""
    old = lines[line - 1]
    return [*lines[: line - 1], old[: column - 1] + text + old[column - 1 + cut :], *lines[line:]]


def note_at(lines: Lines, line: int, column: int) -> str:
    return scan(lines[line - 1][column - 1 :])[0]


def extra_note(lines: Lines, bar: Bar, at: int) -> Lines:
    return put(lines, *bar.spots[at], "C")


def missing_note(lines: Lines, bar: Bar, at: int) -> Lines:
    return put(lines, *bar.spots[at], "", len(note_at(lines, *bar.spots[at])))


def illegal_letter(lines: Lines, bar: Bar, at: int) -> Lines:
    return put(lines, *bar.spots[at], "ö")


def unclosed_bracket(lines: Lines, bar: Bar, at: int) -> Lines:
    return put(lines, *bar.spots[at], "[")


def unclosed_quote(lines: Lines, bar: Bar, at: int) -> Lines:
    if '"' in lines[bar.spots[at][0] - 1]:
        raise NoPlace
    return put(lines, *bar.spots[at], '"')


def wrong_length(lines: Lines, bar: Bar, at: int) -> Lines:
    old = note_at(lines, *bar.spots[at])
    if old[-1].isdigit() or old[-1] == "/":
        raise NoPlace
    return put(lines, *bar.spots[at], old + "3", len(old))


def incomplete_tuplet(lines: Lines, bar: Bar, at: int) -> Lines:
    return put(lines, *bar.spots[-1], "(3")


def lost_bar_line(lines: Lines, bar: Bar, at: int) -> Lines:
    line, last = bar.spots[-1]
    for token in lex(lines[line - 1]):
        if token.at >= last and token.kind == "bar":
            if token.text != "|":
                raise NoPlace
            return put(lines, line, token.at + 1, " ", 1)
    raise NoPlace


def cut_off(lines: Lines, bar: Bar, at: int) -> Lines:
    line, column = bar.spots[max(at, 1)]
    return [*lines[: line - 1], lines[line - 1][: column - 1]]


FAULTS: dict[str, Callable[[Lines, Bar, int], Lines]] = {
    function.__name__.replace("_", " "): function
    for function in (
        extra_note,
        missing_note,
        lost_bar_line,
        incomplete_tuplet,
        illegal_letter,
        unclosed_bracket,
        unclosed_quote,
        wrong_length,
        cut_off,
    )
}


def clean_tunes() -> list[Tune]:
    """Tunes in which nothing is found wrong, read from their own text alone."""
    found = []
    for source in find_sources([]):
        for raw in source.tunes():
            again = parse_book(raw.text.read().source).tunes
            if len(again) == 1 and not again[0].problems and len(again[0].voices) == 1:
                found.append(again[0])
    return found


def faulty(tune: Tune, fault: Callable[[Lines, Bar, int], Lines], rng: random.Random) -> tuple[Lines, Bar]:
    """The tune's lines with the fault, and the bar that it is in. Raises NoPlace."""
    bars = [
        bar
        for bar in tune.bars[1:-2]
        if len(bar.events) > 2 and bar.ticks == bar.meter.bar_ticks and bar.spots[0][0] == bar.spots[-1][0]
    ]
    if not bars:
        raise NoPlace
    bar = rng.choice(bars)
    places = [i for i, event in enumerate(bar.events) if isinstance(event, Note) and not event.tuplet and i]
    if not places:
        raise NoPlace
    return fault(tune.source.rstrip("\n").split("\n"), bar, rng.choice(places)), bar


def faulty_ones(
    tunes: list[Tune], fault: Callable[[Lines, Bar, int], Lines], n: int, rng: random.Random
) -> Iterator[tuple[str, Bar, tuple[Tune, ...]]]:
    """`n` texts with the fault, each with the bar that it is in and what the reader makes of the text."""
    order = rng.sample(tunes, len(tunes))
    tried = 0
    while tried < n and order:
        tune = order[tried % len(order)]
        try:
            lines, bar = faulty(tune, fault, rng)
        except NoPlace:
            order.remove(tune)
            continue
        text = "\n".join(lines) + "\n"
        read = parse_book(text).tunes
        if read == (tune,) and not read[0].problems:  # no fault: the next line begins with a bar line too
            order.remove(tune)
            continue
        tried += 1
        yield text, bar, read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    tunes = clean_tunes()
    print(f"{len(tunes)} clean tunes | n {arguments.n} | seed {arguments.seed}")
    print(f"{'fault':<20}{'found':>8}{'95 % interval':>20}{'placed':>8}{'95 % interval':>20}")
    for name, fault in FAULTS.items():
        rng = random.Random(f"{arguments.seed} {name}")  # noqa: S311 - not for secrets
        tried = found = placed = 0
        for _, bar, read in faulty_ones(tunes, fault, arguments.n, rng):
            problems = [problem for one in read for problem in one.problems]
            tried += 1
            found += bool(problems)
            (line, first), last = bar.spots[0], bar.spots[-1][1]
            placed += any(p.line == line and first - 6 <= p.column <= last + 6 for p in problems)
        hit, place = wilson(found, tried), wilson(placed, tried)
        print(
            f"{name:<20}{hit.estimate:>8.3f}{f'[{hit.low:.3f}, {hit.high:.3f}]':>20}"
            f"{place.estimate:>8.3f}{f'[{place.low:.3f}, {place.high:.3f}]':>20}",
            flush=True,
        )


if __name__ == "__main__":
    main()
