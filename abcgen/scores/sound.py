"""A tune as sound: its MIDI file through a synthesiser, as WAV, OGG, FLAC or MP3.

The synthesiser and its instruments come with the extra `audio`, and are loaded when first used. No sound
before the first note, next to none after the last, and the loudest moment just below full scale.
"""

from __future__ import annotations

import importlib.util
import io
import tempfile
import wave
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from abcgen.errors import MissingExtraError, ScoreError
from abcgen.notation.tune import Tune
from abcgen.scores.midi import midi_of
from abcgen.scores.performance import performed
from abcgen.scores.playing import AS_WRITTEN, Playing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    #: (samples, channels) from -1 to 1.
    Samples = npt.NDArray[np.float32]

#: Samples a second: those of the synthesiser.
RATE = 48_000
#: Formats by name: container and coding, as libsndfile has them.
CODINGS = {
    "wav": ("WAV", "PCM_16"),
    "flac": ("FLAC", "PCM_16"),
    "ogg": ("OGG", "VORBIS"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
}
MAX_SECONDS = 20 * 60
#: The loudest moment, one decibel below full scale.
_PEAK = 10 ** (-1 / 20)
#: How long the last note may ring on, in seconds and as a share of all, and how long it fades.
_RINGS, _SHARE, _FADES = 0.3, 0.008, 0.05
_MISSING = "sound needs a synthesiser: pip install 'abcgen[audio]'"


def to_sound(
    tunes: Tune | Sequence[Tune],
    kind: str = "wav",
    playing: Playing = AS_WRITTEN,
    faults: list[tuple[Tune, ScoreError]] | None = None,
    *,
    longest: float = MAX_SECONDS,
) -> bytes:
    """The tunes as played, one going on into the next, as a file: 48,000 samples a second, stereo.

    Raises ScoreError as `to_midi` does, for what lasts more than `longest` seconds, and for silence; with
    `faults` a tune that has no MIDI file, or no sound, is left out, and told there. MissingExtraError without
    the extra `audio`.
    """
    import numpy as np

    tunes = [tunes] if isinstance(tunes, Tune) else list(tunes)
    played: list[Samples] = []
    for tune in tunes:
        try:
            played.append(synthesised(tune, playing, longest))
        except ScoreError as error:
            if faults is None:
                raise
            faults.append((tune, error))
        if sum(map(len, played)) > longest * RATE:
            raise _too_long(longest)
    if not played:
        raise ScoreError("there is no tune to play")
    return encoded(np.concatenate(played), kind)


def synthesised(tune: Tune, playing: Playing = AS_WRITTEN, longest: float = MAX_SECONDS) -> Samples:
    """A tune as sound, from its first note to the end of its last. Raises ScoreError as `to_sound` does."""
    import numpy as np

    performance = performed(tune, playing)
    midi = midi_of(performance, playing)
    sounds = [sound for voice in performance.voices for sound in voice]
    if not sounds:
        raise ScoreError("the tune has no sound")
    evened, a_second = performance.tempos.evened, performance.tempos.first / 240
    begins = float(evened(min(sound.onset for sound in sounds)) / a_second)
    lasts = float(evened(max(sound.onset + sound.duration for sound in sounds)) / a_second) - begins
    if lasts > longest:
        raise _too_long(longest)
    sound = _rendered(midi)
    ends = begins + lasts + min(_RINGS, _SHARE * lasts)
    sound = sound[round(begins * RATE) : round(ends * RATE)]
    loudest = float(np.abs(sound).max(initial=0.0))
    if not loudest:
        raise ScoreError("the tune has no sound")
    sound = sound * np.float32(_PEAK / loudest)
    fade = min(len(sound), round(_FADES * RATE))
    sound[-fade:] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)[:, None]
    found: Samples = sound
    return found


def _rendered(midi: bytes) -> Samples:
    """A MIDI file as the synthesiser plays it."""
    import numpy as np

    renderer, instruments = _synthesiser()
    try:
        played = renderer.render_wave_from(instruments, midi)
    except RuntimeError as error:
        raise ScoreError(f"the synthesiser failed: {str(error)[:200]}") from error
    with wave.open(io.BytesIO(played)) as file:
        form = file.getparams()
        if (form.framerate, form.sampwidth) != (RATE, 2):
            raise ScoreError(f"the synthesiser gave {form.framerate} samples a second, not {RATE}")
        samples = np.frombuffer(file.readframes(form.nframes), dtype="<i2").reshape(-1, form.nchannels)
    return samples.astype(np.float32) / np.float32(2**15)


def encoded(sound: Samples, kind: str) -> bytes:
    """Samples as a file of one of `CODINGS`.

    By way of a file on the disk: what libsndfile writes through Python is damaged, without a word, by Ctrl-C.
    """
    soundfile = _soundfile()
    container, coding = CODINGS[kind]
    with tempfile.TemporaryDirectory() as aside:
        path = Path(aside) / kind
        try:
            # in pieces: the coder of Vorbis overruns the stack with minutes at once
            with soundfile.SoundFile(
                path, "w", RATE, sound.shape[1], format=container, subtype=coding
            ) as file:
                for begin in range(0, len(sound), RATE):
                    file.write(sound[begin : begin + RATE])
        except soundfile.LibsndfileError as error:
            raise ScoreError(f"the sound cannot be written as {kind}: {error}") from error
        return path.read_bytes()


def require_synthesiser() -> None:
    """Raise MissingExtraError unless there is all that sound needs."""
    _synthesiser()
    _soundfile()


def _too_long(longest: float) -> ScoreError:
    return ScoreError(f"it would last longer than {longest / 60:g} minutes")


def _soundfile() -> Any:
    try:
        import soundfile
    except (ImportError, OSError) as error:
        raise MissingExtraError(_MISSING) from error
    return soundfile


@lru_cache(maxsize=1)
def _synthesiser() -> tuple[Any, bytes]:
    """The package, and the instruments that it plays. Raises MissingExtraError."""
    try:
        import midirenderer
    except ImportError as error:
        raise MissingExtraError(_MISSING) from error
    # the instruments lie in a package of which no code is needed
    found = importlib.util.find_spec("pretty_midi")
    font = Path(found.origin).with_name("TimGM6mb.sf2") if found and found.origin else None
    if font is None or not font.is_file():
        raise MissingExtraError(_MISSING)
    return midirenderer, font.read_bytes()
