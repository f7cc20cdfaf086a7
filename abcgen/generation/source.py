"""New tunes from a model: what was asked for, and valid, because nothing else can be written.

The guide says which tokens may come, the loop draws among them; what comes out is read once more, as anybody
would read it, before it is handed on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from abcgen.corpus.index import INDEX, Copied, CorpusIndex
from abcgen.errors import GenerationError, ModelError, UsageError
from abcgen.generation.choice import Attempts, Candidate, Choice, is_sane
from abcgen.generation.controls import ANY_FINAL, Controls, Sampling, checked_count, checked_seed
from abcgen.generation.decoders import Decoder, decoders_of, lfm2_decoder
from abcgen.generation.guide import Given, Guide
from abcgen.generation.lfm2 import Lfm2Weights, is_plain_lfm2
from abcgen.generation.loop import ROWS, decode
from abcgen.generation.masks import BarMasks
from abcgen.generation.rules import Rules
from abcgen.generation.sampling import NUMBER_BITS, Noise, number_of
from abcgen.generation.titles import made_up_title
from abcgen.generation.vocabulary import Vocabulary
from abcgen.models.loading import load_model, load_state
from abcgen.models.places import model_folder
from abcgen.notation.dialect import TOO_LONG, NotInDialect, false_lines, from_dialect, to_dialect
from abcgen.notation.infill import bar_pieces
from abcgen.notation.key import parse_key
from abcgen.notation.steering import OF_RANGE
from abcgen.notation.tune import Tune
from abcgen.notation.wishes import Wishes

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


#: What fewer tunes than these have, a model has hardly learned; the lines of which that is told.
RARE, _LEARNED = 20, ("R:", "O:", "M:", "K:", "%%form", "%%section", "%%endings")


@dataclass(frozen=True, slots=True)
class GeneratedTune:
    """A valid tune, its `number` from 1 on, and its text in the dialect.

    `copied` is the longest run of bars that it has from an old tune, None without an index; `likelihood` how
    likely the model takes it to be, as a natural logarithm a bar, 0 where nothing is chosen by it; `drawn`
    how many tunes it was chosen from, those among them that copied too much; `too_near`: all of them did.
    """

    number: int
    tune: Tune
    text: str
    copied: Copied | None = None
    likelihood: float = 0.0
    drawn: int = 1
    too_near: bool = False


@dataclass
class GenerationReport:
    """What a run took: tunes, tokens drawn, seconds.

    `again`: tunes for which others were drawn, since they copied too much; `copying`: those that do so still.
    """

    tunes: int = 0
    tokens: int = 0
    seconds: float = 0.0
    again: int = 0
    copying: int = 0

    def line(self) -> str:
        speed = f", {self.tokens / self.seconds:,.0f} tokens a second" if self.seconds else ""
        tunes = "1 tune" if self.tunes == 1 else f"{self.tunes} tunes"
        again = f"; {self.again / self.tunes:.1%} drawn again, too near to old tunes" if self.again else ""
        copying = f"; {self.copying} of them are so still" if self.copying else ""
        return f"{tunes} in {self.seconds:.1f} s{speed}{again}{copying}"


class TuneSource:
    """Writes tunes with one model under one set of wishes. `report` grows as it goes.

    `index` tells of the tunes that the model was trained on, if it is there; `choice` says which tunes are
    kept. Raises ModelError when the tokenizer cannot be steered so, UsageError for wishes that cannot be.
    """

    def __init__(
        self,
        model: PreTrainedModel,
        tokenizer: PreTrainedTokenizerBase,
        controls: Controls = Controls(),  # noqa: B008 - frozen
        sampling: Sampling = Sampling(),  # noqa: B008 - frozen
        seed: int = 0,
        index: CorpusIndex | None = None,
        choice: Choice = Choice(),  # noqa: B008 - frozen
    ) -> None:
        model.train(mode=False)
        context = getattr(model.config, "max_position_embeddings", None) or 0
        self._fill(
            decoders_of(model), Vocabulary(tokenizer), context, controls, sampling, seed, index, choice
        )

    @classmethod
    def open(
        cls,
        folder: str | Path,
        controls: Controls = Controls(),  # noqa: B008 - frozen
        sampling: Sampling = Sampling(),  # noqa: B008 - frozen
        seed: int = 0,
        choice: Choice = Choice(),  # noqa: B008 - frozen
    ) -> TuneSource:
        """The same with the model in a folder or on the Hub (`user/name`), and the index that is with it.

        Transformers' code of models is loaded only where it must be. Raises ModelError besides when there is
        no model, CorpusError for an index that is none.
        """
        path = model_folder(folder)
        index = CorpusIndex.load(path / INDEX) if (path / INDEX).is_file() else None
        if not is_plain_lfm2(path):
            return cls(*load_model(path), controls, sampling, seed, index, choice)
        config, state = load_state(path)
        weights, vocabulary = Lfm2Weights(config, state), Vocabulary.read(path)
        if vocabulary.size > weights.embedding.shape[0]:
            raise ModelError(f"the tokenizer in {path} has more tokens than the model knows")

        def decoders(rows: int) -> Decoder:
            return lfm2_decoder(weights, rows)

        found = cls.__new__(cls)
        context = int(config.get("max_position_embeddings") or 0)
        found._fill(decoders, vocabulary, context, controls, sampling, seed, index, choice)
        return found

    def _fill(
        self,
        decoders: Callable[[int], Decoder],
        vocabulary: Vocabulary,
        context: int,
        controls: Controls,
        sampling: Sampling,
        seed: int,
        index: CorpusIndex | None,
        choice: Choice,
    ) -> None:
        self._decoders, self._context, self.index = decoders, context, index
        self._bars = BarMasks(vocabulary)
        self._check: Callable[[], None] | None = None
        self._steer(controls, sampling, seed, choice)

    def watched(self, check: Callable[[], None]) -> TuneSource:
        """The same source, and those that come from it, with `check` called at each token: it may raise."""
        found = copy(self)
        found._check = check
        return found

    def steered(
        self,
        controls: Controls = Controls(),  # noqa: B008 - frozen
        sampling: Sampling = Sampling(),  # noqa: B008 - frozen
        seed: int = 0,
        choice: Choice = Choice(),  # noqa: B008 - frozen
    ) -> TuneSource:
        """The same model, asked for something else. Raises UsageError as a new source does."""
        found = copy(self)
        found._steer(controls, sampling, seed, choice)
        return found

    def _steer(self, controls: Controls, sampling: Sampling, seed: int, choice: Choice) -> None:
        self.choice, self._limit = choice, choice.limit(self.index)
        if sampling.temperature == 0:  # every draw is the same
            if choice != Choice():
                raise UsageError("at temperature 0 all draws are the same: there is nothing to choose from")
            self._limit = None
        self.controls, self.sampling, self.seed = controls, sampling, checked_seed(seed)
        self.report = GenerationReport()
        old = self.index if controls.final != ANY_FINAL else None
        self.rules = Rules(self._bars.vocabulary, controls.wishes, self._context, self._bars, old)

    def warnings(self) -> list[str]:
        """What is asked for that the model hardly knows, with the number of tunes that have it."""
        if self.index is None:
            return []
        lines = [line for line in self.rules.wishes.lines if line.startswith(_LEARNED)]
        told = ((line, self.index.count(line)) for line in lines)
        return [
            f"the model hardly knows {line}: of the {self.index.tunes:,} tunes that it was trained on, "
            f"{count} {'are in this mode' if line.startswith('K:') else 'have it'}"
            for line, count in told
            if count < RARE
        ]

    def tunes(self, n: int, first: int = 0) -> Iterator[GeneratedTune]:
        """`n` tunes, in order, from the `first` on, counted from 0. Each hangs on the seed and its number.

        Raises UsageError for a number that cannot be asked for.
        """
        checked_count(n)
        _refuse_numbers(first, first + n - 1)
        attempts = Attempts(range(first, first + n), self.choice.best_of, self._limit)
        waiting: dict[int, GeneratedTune] = {}
        following = first
        started = time.perf_counter()
        rows = min(n * self.choice.best_of, ROWS)
        for key, guide in self._decode(attempts, rows, weighed=self.choice.best_of > 1):
            self.report.tokens += len(guide.tokens)
            number, kept, drawn = attempts.take(key, self._finished(key, guide))
            if kept is None:
                continue
            too_near = self._limit is not None and kept.run > self._limit
            waiting[number] = GeneratedTune(
                number + 1, kept.tune, kept.text, kept.copied, kept.likelihood, drawn, too_near
            )
            self.report.again += drawn > self.choice.best_of
            self.report.copying += too_near
            while following in waiting:
                self.report.tunes += 1
                self.report.seconds += time.perf_counter() - started
                yield waiting.pop(following)
                started = time.perf_counter()
                following += 1

    def asked(self, wishes: Wishes) -> TuneSource:
        """The same source under other wishes."""
        found = copy(self)
        found.rules = Rules(self._bars.vocabulary, wishes, self._context, self._bars, self.rules.index)
        found.choice, found._limit = Choice(), None
        return found

    def after(self, given: Given, number: int = 0) -> str:
        """What comes after what is given of a tune, in the dialect: its rest, or the bars missing in it."""

        def begin(_: int) -> Guide:
            return Guide(self.rules, given)

        _, guide = next(self._decode(iter([number]), 1, begin))
        return guide.text

    def bars(self, number: int = 0) -> Iterator[str]:
        """One tune as it is written: its header, then bar by bar, each with the bar line that ends it.

        The header says nothing of the range: how far the music reaches is not known yet. Nothing is chosen,
        or drawn again. Raises UsageError for a number that cannot be asked for.
        """
        _refuse_numbers(number, number)
        shown = 0
        for _, guide in self._decode(iter([number]), 1, every=True):
            body_at, text = guide.header_length, guide.text
            if not body_at:
                continue
            header = text[:body_at].splitlines(keepends=True)
            told = "".join(line for line in header if not line.startswith(OF_RANGE))
            pieces = [self._in_its_key(told), *bar_pieces(text[body_at:])]
            ready = pieces if guide.whole else pieces[:-1]
            yield from ready[shown:]
            shown = len(ready)

    def _in_its_key(self, text: str) -> str:
        """The text with the accidentals beside its key, of which models are not told."""
        asked = self.rules.wishes.key
        return (
            text.replace(f"\nK:{parse_key(asked).tonic_and_mode}\n", f"\nK:{asked}\n", 1) if asked else text
        )

    def _new(self, key: int) -> Guide:
        return Guide(self.rules, chance=Noise(self.seed, number_of(key), 0).chance)

    def _decode(
        self,
        numbers: Iterator[int],
        rows: int,
        begin: Callable[[int], Guide] | None = None,
        *,
        every: bool = False,
        weighed: bool = False,
    ) -> Iterator[tuple[int, Guide]]:
        """Texts as they become whole, or with `every` after each token. `begin` makes what follows one."""
        begin = begin or self._new
        size = self.rules.vocabulary.size
        settings = (self.sampling, self.seed, size, rows)
        often = every or self._check is not None
        steps = decode(self._decoders, begin, numbers, *settings, every=often, weighed=weighed)
        while True:
            with torch.inference_mode():
                found = next(steps, None)
            if found is None:
                return
            if self._check is not None:
                self._check()
            if every or found[1].whole:
                yield found

    def title(self, found: GeneratedTune) -> str:
        """A made-up title for a tune of this source, which no tune that the model was trained on has."""
        return self.title_of(found.number, found.tune.rhythm)

    def title_of(self, number: int, rhythm: str) -> str:
        """The same for the tune of a number, counted from 1, and its rhythm."""
        index = self.index
        return made_up_title(
            self.seed, number, rhythm, lambda title: index is not None and index.has_title(title)
        )

    def _finished(self, key: int, guide: Guide) -> Candidate:
        """The tune that was written, read as anybody reads it."""
        text = self._in_its_key(guide.text)
        tune = from_dialect(text)
        if false := false_lines(text, tune):  # a range is kept to, not always filled
            for line in false:
                text = text.replace(f"{line}\n", "", 1)
            tune = from_dialect(text)
        if fault := _fault(tune, text):
            raise GenerationError(
                f"tune {number_of(key) + 1} of seed {self.seed} is not valid ({fault}). This is a fault of "
                f"abcgen: please report it with the model, the seed and what was asked for. It reads\n{text}"
            )
        copied = self.index.copied(tune.bars) if self.index is not None else None
        likelihood = guide.likelihood / len(tune.bars)
        return Candidate(tune, text, likelihood, copied, is_sane(tune, self.index))


def _refuse_numbers(first: int, last: int) -> None:
    """Raise UsageError for numbers of tunes that there are not."""
    if first < 0 or last >> NUMBER_BITS:
        numbers = f"0 to 2^{NUMBER_BITS} - 1"
        raise UsageError(f"tunes {first} to {last} cannot be asked for; their numbers are {numbers}")


def _fault(tune: Tune, text: str) -> str:
    """Why a text is no valid tune of the dialect, or ""."""
    if tune.problems:
        return tune.problems[0].code
    key, _, body = text.partition("\nK:")[2].partition("\n")
    read_key = parse_key(key)
    own = read_key.plain() != read_key.tonic_and_mode
    try:
        spelled = to_dialect(tune)
    except NotInDialect as verdict:
        # a key with accidentals of its own is the dialect's without them, and the music longer
        return "" if own and verdict.reason == TOO_LONG else verdict.reason
    return "" if own or spelled.body == body else "not-canonical"
