"""Sound, measured: how long it lasts, which pitch it has, that it neither clips nor begins late."""

from __future__ import annotations

import io
import sys
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import soundfile

from abcgen.errors import MissingExtraError, ScoreError
from abcgen.notation import Tune, parse_tune
from abcgen.scores import sound
from abcgen.scores.playing import Playing
from abcgen.scores.sound import CODINGS, RATE, encoded, to_sound
from abcgen.scores.tempo import quarters_per_minute


def heard(data: bytes) -> np.ndarray[Any, Any]:
    """(samples, channels) from -1 to 1."""
    samples, rate = soundfile.read(io.BytesIO(data), always_2d=True)
    assert rate == RATE
    return np.asarray(samples)


def seconds(tune: Tune) -> float:
    """How long the score lasts, as played."""
    return float(sum(bar.duration for bar in tune.unfolded().bars) * 240 / quarters_per_minute(tune))


@pytest.mark.parametrize(
    ("kind", "begins"), [("wav", b"RIFF"), ("flac", b"fLaC"), ("ogg", b"OggS"), ("mp3", b"")]
)
def test_every_format_lasts_as_long_as_the_score(ferry: Tune, kind: str, begins: bytes) -> None:
    data = to_sound(ferry, kind)
    samples = heard(data)
    assert data.startswith(begins)
    assert len(samples) / RATE == pytest.approx(seconds(ferry), rel=0.01)
    assert samples.shape[1] == 2


@pytest.mark.parametrize("kind", CODINGS)
def test_no_clipping_and_no_silence(ferry: Tune, kind: str) -> None:
    loud = np.abs(heard(to_sound(ferry, kind, Playing(chords=True)))).max(axis=1)
    assert 0.8 < loud.max() < 1.0
    assert loud[: RATE // 20].max() > 0.01
    assert loud[-RATE // 10 :].max() > 0.001
    assert loud[-1] < 0.03


@pytest.mark.parametrize("program", [0, 73, 110])
@pytest.mark.parametrize(("note", "midi"), [("A", 69), ("D", 62), ("^f", 78)])
def test_a_note_has_its_pitch(note: str, midi: int, program: int) -> None:
    samples = heard(
        to_sound(parse_tune(f"X:1\nT:T\nM:4/4\nL:1/1\nQ:1/4=120\nK:C\n{note}|]\n"), "wav", Playing(program))
    )
    middle = samples[RATE // 10 : RATE // 10 + RATE].mean(axis=1)
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    hertz = 440 * 2 ** ((midi - 69) / 12)
    near = slice(int(hertz * 0.7), int(hertz * 1.4))  # a bin is a hertz; overtones may be louder
    found = near.start + int(spectrum[near].argmax())
    assert abs(1200 * np.log2(found / hertz)) < 20
    assert spectrum[near].max() > 0.1 * spectrum.max()


def test_a_rest_at_the_begin_is_not_waited_for() -> None:
    tune = parse_tune("X:1\nT:T\nM:4/4\nL:1/4\nQ:1/4=120\nK:C\nz3A|A2z2|]\n")
    assert len(heard(to_sound(tune))) / RATE == pytest.approx(1.5, rel=0.01)


def test_a_set_is_played_through(two: tuple[Tune, ...]) -> None:
    both = heard(to_sound(two))
    assert len(both) / RATE == pytest.approx(sum(map(seconds, two)), rel=0.01)


def test_the_same_tune_gives_the_same_sound(ferry: Tune) -> None:
    assert to_sound(ferry, "flac") == to_sound(ferry, "flac")


def test_what_has_no_sound() -> None:
    with pytest.raises(ScoreError, match="no sound"):
        to_sound(parse_tune("X:1\nT:T\nM:4/4\nL:1/4\nK:C\nz4|z4|]\n"))
    with pytest.raises(ScoreError, match="no tune to play"):
        to_sound([])
    long = parse_tune(f"X:1\nT:T\nM:4/4\nL:1/1\nQ:1/4=20\nK:C\n{'A|' * 120}\n")
    with pytest.raises(ScoreError, match="longer than 20 minutes"):
        to_sound(long)


@pytest.mark.parametrize("package", ["midirenderer", "soundfile"])
def test_without_the_extra(ferry: Tune, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    sound._synthesiser.cache_clear()
    with pytest.raises(MissingExtraError, match=r"pip install 'abcgen\[audio\]'"):
        to_sound(ferry)
    monkeypatch.undo()
    sound._synthesiser.cache_clear()


def test_tempo_and_swing_are_heard(ferry: Tune) -> None:
    slow = heard(to_sound(ferry, playing=Playing(tempo=quarters_per_minute(ferry) / 2)))
    assert len(slow) / RATE == pytest.approx(2 * seconds(ferry), rel=0.01)
    swinging = heard(to_sound(ferry, playing=Playing(swing=Fraction(2, 3))))
    assert len(swinging) / RATE == pytest.approx(seconds(ferry), rel=0.02)


def test_a_change_of_tempo_is_heard() -> None:
    head = "X:1\nT:T\nM:4/4\nL:1/4\nQ:1/4=120\nK:C\n"
    even, changed = (parse_tune(f"{head}CDEF|{change}CDEF|]\n") for change in ("", "[Q:1/4=60]"))
    lasts = [soundfile.info(io.BytesIO(to_sound(tune))).duration for tune in (even, changed)]
    assert lasts == pytest.approx([4, 6], rel=0.01)


@pytest.mark.parametrize("kind", CODINGS)
def test_minutes_are_written_whole(kind: str) -> None:
    noise = np.random.default_rng(1).uniform(-0.5, 0.5, (300 * RATE, 2)).astype(np.float32)
    assert soundfile.info(io.BytesIO(encoded(noise, kind))).duration == pytest.approx(300, rel=0.001)
