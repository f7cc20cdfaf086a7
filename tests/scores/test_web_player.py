"""What the scripts of pages compute, run without a browser: the plucked string, the MIDI file."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache

import numpy as np
import pytest
from py_mini_racer import MiniRacer

from abcgen.notation import parse_tune
from abcgen.scores import Playing
from abcgen.scores.compare import require_same, timed
from abcgen.scores.midifile import read_midi
from abcgen.scores.page import music_of, web_asset
from abcgen.scores.performance import performed

RATE = 48_000


@lru_cache(maxsize=1)
def scripts() -> MiniRacer:
    with ThreadPoolExecutor(1) as elsewhere:  # an event loop in this thread would be taken for its own
        context: MiniRacer = elsewhere.submit(MiniRacer).result()
    context.eval(web_asset("player.js"))
    return context


@pytest.mark.parametrize("midi", [43, 55, 62, 69, 74, 81, 88, 95])
def test_string_is_in_tune(midi: int) -> None:
    samples = np.array(
        json.loads(scripts().eval(f"JSON.stringify([...plucked(frequencyOf({midi}), {RATE})])"))
    )
    assert np.abs(samples).max() == pytest.approx(1, abs=1e-6)
    part = samples[RATE // 10 : RATE] * np.hanning(RATE - RATE // 10)
    spectrum = np.abs(np.fft.rfft(part, 8 * RATE))
    wanted = 440 * 2 ** ((midi - 69) / 12)
    near = slice(int(8 * wanted / 1.06), int(8 * wanted * 1.06) + 1)
    found = (near.start + int(spectrum[near].argmax())) / 8
    assert abs(1200 * np.log2(found / wanted)) < 5  # cents
    assert np.abs(samples[-RATE // 10 :]).max() < 0.02


@pytest.mark.parametrize(("semitones", "rate"), [(0, 1.0), (-5, 0.5), (6, 1.6)])
def test_midi_file_holds_what_is_played(semitones: int, rate: float) -> None:
    tune = parse_tune("X:1\nT:T\nM:6/8\nL:1/8\nQ:3/8=100\nK:D\n|:A|(3ABc d2 [df]2a-|a3 z2:|\n")
    music = music_of(tune, Playing(program=22))
    call = f"JSON.stringify([...midiFile({json.dumps(music)}, {semitones}, {rate})])"
    data = bytes(json.loads(scripts().eval(call)))
    heard = [note for voice in performed(tune).voices for note in timed(voice)]
    moved = [note._replace(midi=note.midi + semitones) for note in heard]
    require_same(moved, read_midi(data), "the page's file")
    tempo = data.index(b"\xff\x51\x03") + 3
    assert int.from_bytes(data[tempo : tempo + 3]) == pytest.approx(60e6 / (150 * rate), rel=1e-5)
    assert b"\xc0\x16" in data
