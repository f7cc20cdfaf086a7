"""How a tune is played: swing, tempo, instrument, accompaniment; and that plain playing changes nothing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from abcgen.errors import UsageError
from abcgen.notation import Tune, parse_tune
from abcgen.scores.compare import TICKS_PER_QUARTER
from abcgen.scores.midi import to_midi
from abcgen.scores.midifile import read_midi
from abcgen.scores.performance import performed
from abcgen.scores.playing import Playing, checked, program_of

SWING = Playing(swing=Fraction(2, 3))


def tune(body: str, meter: str = "4/4", unit: str = "1/8") -> Tune:
    return parse_tune(f"X:1\nT:T\nM:{meter}\nL:{unit}\nK:D\n{body}\n")


def onsets(played: Tune, playing: Playing) -> list[Fraction]:
    """In quarter notes."""
    return [Fraction(note.onset, TICKS_PER_QUARTER) for note in read_midi(to_midi(played, playing))]


def thirds(text: str) -> list[Fraction]:
    return [Fraction(int(part), 3) for part in text.split()]


def test_pairs_of_eighths_swing() -> None:
    assert onsets(tune("DEFG A2B2|d8|]"), SWING) == thirds("0 2 3 5 6 9 12")
    assert onsets(tune("DEFG A2B2|d8|]"), Playing(swing=Fraction(3, 5)))[:3] == [0, Fraction(3, 5), 1]


def test_triplets_stay_even_and_dotted_pairs_as_they_are_written() -> None:
    played = onsets(tune("(3DEF GA B>c d2|d8|]"), Playing(swing=Fraction(2, 3)))
    third = Fraction(1, 3)
    assert played == [0, third, 2 * third, 1, 1 + 2 * third, 2, 2 + Fraction(3, 4), 3, 4]


def test_a_pickup_swings_as_the_end_of_its_bar() -> None:
    assert onsets(tune("A|DEFG A2B2|d7|]"), SWING) == thirds("0 1 3 4 6 7 10 13")
    # what comes after the repeat begins where the pickup left off
    assert onsets(tune("|:A|D2E2F2G2|d7:|"), SWING) == thirds("0 1 4 7 10 13 24 25 28 31 34 37")


def test_sixteenths_swing_where_most_notes_are_such() -> None:
    assert onsets(tune("DEFG A2B2|d8|]", "2/4", "1/16"), SWING) == [at / 2 for at in thirds("0 2 3 5 6 9 12")]


@pytest.mark.parametrize("meter", ["6/8", "9/8", "12/8", "none"])
def test_no_swing_in_compound_or_free_metre(meter: str) -> None:
    plain = tune("DEF GAB" if meter == "6/8" else "DEFGAB|", meter)
    assert to_midi(plain, SWING) == to_midi(plain)


def test_what_is_written_even_stays_exact_in_tuplets() -> None:
    assert onsets(tune("(3DEF G2 A4|d8|]"), SWING)[3:] == [1, 2, 4]


def test_the_instrument_and_the_tempo_are_in_the_file(ferry: Tune) -> None:
    data = to_midi(ferry, Playing(program=program_of("fiddle"), tempo=Fraction(100)))
    assert bytes([0xC0, 110]) in data
    assert bytes([0xFF, 0x51, 3]) + (600_000).to_bytes(3, "big") in data


def test_chords_sound_beside_the_tune(ferry: Tune) -> None:
    alone, with_chords = read_midi(to_midi(ferry)), read_midi(to_midi(ferry, Playing(chords=True)))
    added = list(with_chords)
    for note in alone:
        added.remove(note)
    assert added
    assert max(note.midi for note in added) < 64
    assert max(note.onset + note.duration for note in added) <= max(n.onset + n.duration for n in alone)


def test_repeats_can_be_left_out(ferry: Tune) -> None:
    once, twice = (read_midi(to_midi(ferry, Playing(unfold=unfold))) for unfold in (False, True))
    assert len(once) < len(twice)
    assert once == read_midi(to_midi(tune_of_bars(ferry)))


def tune_of_bars(read: Tune) -> Tune:
    """The same with repeats played once, by our own hand."""
    text = (
        read.source.replace("|:", "|")
        .replace(":|", "|")
        .replace("|1", "|")
        .replace("|2", "|")
        .replace("||", "|")
    )
    return parse_tune(text)


def test_what_cannot_be_played() -> None:
    with pytest.raises(UsageError, match="'kazoo' is no instrument that abcgen plays: tin-whistle-d"):
        program_of("kazoo")
    with pytest.raises(UsageError, match="20 to 600 quarter notes a minute, not 5"):
        checked(Playing(tempo=Fraction(5)))
    with pytest.raises(UsageError, match=r"0.5 to 0.75, not 0.9"):
        checked(Playing(swing=Fraction(9, 10)))


def test_chords_go_with_a_voice_that_is_transposed() -> None:
    music = 'L:1/4\nK:D{}\n"D"DFAd|"A7"eeee|"D"d4|]\n'
    written, moved = (
        performed(parse_tune("X:1\nT:T\nM:4/4\n" + music.format(by)), Playing(chords=True)).voices[1]
        for by in ("", " transpose=-2")
    )
    assert {(one.midi - 2) % 12 for one in written} == {other.midi % 12 for other in moved}


def test_an_unknown_chord_does_not_leave_the_one_before_it() -> None:
    tune = parse_tune('X:1\nT:T\nM:4/4\nL:1/4\nK:C\n"G7"GBdf|"Cadd9"c4|]\n')
    chords = performed(tune, Playing(chords=True)).voices[1]
    assert {sound.midi % 12 for sound in chords if sound.onset >= 1} == {0, 4, 7}
