"""What holds for any text at all, whoever wrote it: hypothesis and the fuzzer ask it of theirs."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from abcgen.errors import NotationError, UsageError
from abcgen.notation import (
    Tune,
    from_dialect,
    parse_book,
    read_tunes,
    sounding_notes,
    to_dialect,
    write_abc,
)
from abcgen.notation.describe import describe
from abcgen.notation.dialect import NotInDialect
from abcgen.notation.problems import CODES
from abcgen.notation.repair import repair, repair_book
from abcgen.notation.sounding import music_hash
from abcgen.notation.transpose import transpose_by
from abcgen.notation.unfold import MAX_UNFOLDED_BARS

INTERVALS = (1, -5, 12)


def check_laws(text: str) -> int:
    """Assert every law on every tune in `text`; returns how many tunes are valid."""
    tunes = parse_book(text).tunes
    assert tuple(read_tunes(text.split("\n"))) == tunes
    lines = text.split("\n")
    for tune in tunes:
        problems_stand_in_the_text(tune, lines)
        playing_ends(tune)
        if tune.valid:
            what_is_written_reads_back(tune)
            assert repair(tune).left == ()
            transposing_moves_every_note(tune)
            the_dialect_keeps_the_music(tune)
    mended, _ = repair_book(text)
    assert repair_book(mended)[0] == mended, "a mended book is mended again"
    return sum(tune.valid for tune in tunes)


def problems_stand_in_the_text(tune: Tune, lines: list[str]) -> None:
    for problem in tune.problems:
        assert problem.code in CODES
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 2
        assert problem.message
        problem.render("name", lines[problem.line - 1])


def playing_ends(tune: Tune) -> None:
    describe(tune)
    with contextlib.suppress(NotationError):
        played = tune.unfolded()
        assert all(len(voice.bars) <= MAX_UNFOLDED_BARS for voice in played.voices)
        assert all(not bar.ending and not bar.part for voice in played.voices for bar in voice.bars)
        again = played.unfolded()
        assert [v.bars for v in again.voices] == [v.bars for v in played.voices]
        describe(tune, unfold=True)


def what_is_written_reads_back(tune: Tune) -> None:
    for own_layout in (False, True):
        written = write_abc(tune, own_layout=own_layout)
        again = parse_book(written).tunes
        assert again == (tune,), written
        assert write_abc(again[0], own_layout=own_layout) == written
        for one, two in zip(again[0].voices, tune.voices, strict=True):
            assert sounding_notes(one) == sounding_notes(two)


def transposing_moves_every_note(tune: Tune) -> None:
    for semitones in INTERVALS:
        try:
            up = transpose_by(tune, semitones)
            down = transpose_by(up, -semitones)
        except UsageError:
            continue
        assert up.valid
        for here, above, back in zip(tune.voices, up.voices, down.voices, strict=True):
            notes = sounding_notes(here)
            assert [n._replace(midi=n.midi - semitones) for n in sounding_notes(above)] == list(notes)
            assert sounding_notes(back) == notes
        what_is_written_reads_back(replace(up, source="", line=1))


def the_dialect_keeps_the_music(tune: Tune) -> None:
    try:
        spelled = to_dialect(tune)
    except NotInDialect:
        return
    again = from_dialect(spelled.text)
    assert again.valid
    assert to_dialect(again) == spelled
    assert music_hash(again.bars) == music_hash(tune.bars)
