"""The notes that a MIDI file holds, tick by tick."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from abcgen.errors import ScoreError
from abcgen.notation import Tune, parse_tune
from abcgen.notation.tune import Voice
from abcgen.scores import midi
from abcgen.scores.compare import TICKS_PER_QUARTER, TimedNote
from abcgen.scores.midi import to_midi
from abcgen.scores.midifile import read_midi
from abcgen.scores.musicxml import to_musicxml
from abcgen.scores.page import music_of
from abcgen.scores.performance import performed
from abcgen.scores.playing import Playing
from abcgen.scores.tempo import Tempos, quarters_per_minute

EIGHTH = TICKS_PER_QUARTER // 2


def notes(text: str, header: str = "M:4/4\nL:1/8\nK:D\n") -> list[tuple[int, float, float]]:
    """(pitch, onset, duration) of the MIDI file of a body, times in eighth notes."""
    found = read_midi(to_midi(parse_tune(f"X:1\nT:Test\n{header}{text}\n")))
    return [(note.midi, note.onset / EIGHTH, note.duration / EIGHTH) for note in found]


def test_accidental_holds_to_the_bar_line_and_the_key_comes_back() -> None:
    assert notes("^GAGA F4|G4 F4|]") == [
        *((68, 0, 1), (69, 1, 1), (68, 2, 1), (69, 3, 1)),
        *((66, 4, 4), (67, 8, 4), (66, 12, 4)),
    ]


def test_repeat_with_two_endings_is_played_out() -> None:
    # Pickup, bar, first ending, bar again, second ending.
    assert notes("A2|:d8|1 e6 A2:|2 f6|]") == [
        *((69, 0, 2), (74, 2, 8), (76, 10, 6), (69, 16, 2)),
        *((74, 18, 8), (78, 26, 6)),
    ]


def test_file_ends_with_its_last_note() -> None:
    data = to_midi(parse_tune("X:1\nT:T\nM:2/4\nL:1/4\nK:C\nC D|E2|]\n"))
    assert data.endswith(b"\x00\xff\x2f\x00")


def test_triplet_is_exact() -> None:
    found = read_midi(to_midi(parse_tune("X:1\nT:T\nM:2/4\nL:1/8\nK:C\n(3CDE F2|(5CDEFG z/G/|]\n")))
    assert [(n.onset, n.duration) for n in found[:4]] == [
        *((0, 3360), (3360, 3360), (6720, 3360)),
        (10080, 10080),
    ]
    assert [n.onset for n in found[4:9]] == [20160 + 2016 * i for i in range(5)]


def test_ties_join_across_bars_and_chords_sound_together() -> None:
    assert notes("[Ac]4 d4-|d4 [FA]4-|[FA]8|]", "M:4/4\nL:1/8\nK:C\n") == [
        *((69, 0, 4), (72, 0, 4), (74, 4, 8)),
        *((65, 12, 12), (69, 12, 12)),
    ]


def test_grace_notes_take_no_time() -> None:
    assert notes("{/gab}c4 z4|]") == [(73, 0, 4)]


def test_two_voices_are_two_tracks() -> None:
    text = "X:1\nT:T\nM:2/4\nL:1/4\nK:C\nV:1\nCD|]\nV:2\nEF|]\n"
    data = to_midi(parse_tune(text))
    assert [note.midi for note in read_midi(data)] == [60, 64, 62, 65]
    assert int.from_bytes(data[10:12], "big") == 3  # the conductor's track and two voices


def test_tempo_is_in_the_file(ferry: Tune) -> None:
    assert quarters_per_minute(ferry) == 120
    assert b"\xff\x51\x03" + (500_000).to_bytes(3, "big") in to_midi(ferry)


@pytest.mark.parametrize(
    ("fields", "tempo"),
    [
        ("Q:3/8=100\n", 150),
        ("Q:90\n", 45),
        ('Q:"Slow" 1/4=50\n', 50),
        ("R:jig\n", 168),
        ("Q:fast\nR:waltz\n", 140),
    ],
)
def test_tempo_by_field_or_rhythm(fields: str, tempo: int) -> None:
    assert quarters_per_minute(parse_tune(f"X:1\nT:T\n{fields}M:6/8\nL:1/8\nK:C\nC6|]\n")) == tempo


@pytest.mark.parametrize("line", ["[Q:1/4=120]|", "[Q:1/4=120]||", "|[Q:1/4=120]", "\\\nQ:1/4=120\n|"])
def test_tempo_before_a_bar_line_is_that_of_the_next_bar(line: str) -> None:
    tune = parse_tune(f"X:1\nT:T\nM:4/4\nL:1/4\nQ:1/4=60\nK:C\nCDEF {line}GABc|]\n")
    assert performed(tune).tempos == Tempos(Fraction(60), ((Fraction(1), Fraction(120)),))
    assert to_musicxml(tune).count(b"<per-minute>") == 2


def test_tempo_changes_where_it_is_said() -> None:
    tune = parse_tune("X:1\nT:T\nM:4/4\nL:1/4\nQ:1/4=100\nK:C\n|:CDEF|[Q:1/4=50]CDEF:|[Q:1/4=200]G4|]\n")
    performance = performed(tune)
    changes = ((1, 50), (3, 50), (4, 200))
    assert performance.tempos == Tempos(
        Fraction(100), tuple((Fraction(at), Fraction(q)) for at, q in changes)
    )
    moments = [performance.tempos.evened(Fraction(at)) for at in range(6)]
    assert moments == [0, 1, 3, 5, 7, Fraction(15, 2)]
    twice = performed(tune, Playing(tempo=Fraction(200))).tempos
    assert [quarters for _, quarters in twice.changes] == [100, 100, 400]
    assert [twice.evened(Fraction(at)) for at in range(6)] == moments
    data = to_midi(tune)
    set_tempo = [
        int.from_bytes(data[at + 3 : at + 6], "big")
        for at in range(len(data))
        if data[at : at + 3] == b"\xff\x51\x03"
    ]
    assert set_tempo == [600_000, 1_200_000, 1_200_000, 300_000]
    music = music_of(tune, Playing())
    assert music["length"] == 4 * 10_080 * 15 // 2
    assert music["sounds"][-1] == (4 * 10_080 * 7, 67, 4 * 10_080 // 2, music["sounds"][-1][3])


@pytest.mark.parametrize(
    ("fields", "first"), [("Q:100\nK:C\nC4", 50), ("K:C\n[Q:1/4=66]C4", 66), ("K:C\nC2[Q:1/4=66]C2", 140)]
)
def test_the_first_tempo(fields: str, first: int) -> None:
    assert quarters_per_minute(parse_tune(f"X:1\nT:T\nM:4/4\nL:1/8\n{fields}|C8|]\n")) == first


def test_a_note_that_the_exporter_changed_is_refused(ferry: Tune, monkeypatch: pytest.MonkeyPatch) -> None:
    real = midi._written

    def sharpened(*arguments: object) -> bytes:
        data = real(*arguments)  # type: ignore[arg-type]
        return data.replace(bytes([69, 90]), bytes([70, 90])).replace(bytes([69, 0]), bytes([70, 0]))

    monkeypatch.setattr(midi, "_written", sharpened)
    with pytest.raises(
        ScoreError, match="differ from the tune at note 1: B flat4 at 0 for 1/4 for A4 at 0 for 1/4"
    ):
        to_midi(ferry)


def test_a_file_cut_short_is_refused(ferry: Tune, monkeypatch: pytest.MonkeyPatch) -> None:
    real = midi._written
    monkeypatch.setattr(midi, "_written", lambda *a: real(*a)[:-40])
    with pytest.raises(ScoreError, match="a track is not whole"):
        to_midi(ferry)


def test_too_many_bars_never_reach_music21() -> None:
    tune = parse_tune("X:1\nT:T\nM:1/4\nL:1/4\nK:C\n" + "C|" * 2500 + "]\n")
    with pytest.raises(ScoreError, match=r"could not be read: .*more than 2000 bars"):
        to_midi(tune)
    bars = parse_tune("X:1\nT:T\nM:1/4\nL:1/4\nK:C\nC|]\n").bars * 2001
    with pytest.raises(ScoreError, match="voice 1 has 2001 bars, 2000 is the most"):
        to_midi(replace(tune, problems=(), source="", voices=(Voice("1", bars),)))


def test_what_was_not_read_whole_is_refused() -> None:
    with pytest.raises(ScoreError, match="line 5 could not be read: 'ö' means nothing in music"):
        to_midi(parse_tune("X:1\nT:T\nM:2/4\nK:C\nC2öD2|]\n"))


def test_reader_knows_running_status() -> None:
    events = bytes([0, 0x90, 60, 90, 0x10, 62, 90, 0x10, 60, 0, 0, 62, 0, 0, 0xFF, 0x2F, 0])
    head = b"MThd" + (6).to_bytes(4, "big") + bytes([0, 0, 0, 1]) + TICKS_PER_QUARTER.to_bytes(2, "big")
    data = head + b"MTrk" + len(events).to_bytes(4, "big") + events
    assert read_midi(data) == [TimedNote(0, 60, 32), TimedNote(16, 62, 16)]
