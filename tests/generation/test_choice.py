"""What is kept of what is drawn: no old tune, the best of several, the same for the same seed and number."""

from __future__ import annotations

from typing import Any

import pytest

from abcgen.corpus.alignment import SharedBars
from abcgen.corpus.index import INDEX, Copied, CorpusIndex
from abcgen.errors import UsageError
from abcgen.generation import Choice, Controls, Sampling, TuneSource
from abcgen.generation.choice import MOST_AGAIN, Attempts, Candidate
from abcgen.generation.sampling import number_of
from abcgen.notation import parse_tune
from abcgen.resources import embedded_model

TUNE = parse_tune("X:1\nM:2/4\nL:1/8\nK:D\nDEFG|A4|d4|D4|]\n")


def candidate(copied: int = 0, likelihood: float = 0.0, *, sane: bool = True) -> Candidate:
    return Candidate(TUNE, str(likelihood), likelihood, Copied("Old", "", SharedBars(0, 0, copied)), sane)


def test_the_likeliest_of_the_sane_is_kept() -> None:
    attempts = Attempts(range(2), 3, 4)
    keys = [next(attempts) for _ in range(6)]
    assert next(attempts, None) is None
    assert len(set(keys)) == 6
    of_first = [candidate(0, -2.0), candidate(0, -1.0, sane=False), candidate(0, -1.5)]
    for key, one in zip(keys[:2], of_first, strict=False):
        assert attempts.take(key, one) == (0, None, 3)
    assert attempts.take(keys[2], of_first[2]) == (0, of_first[2], 3)
    none_sane = [
        candidate(0, -3.0, sane=False),
        candidate(0, -2.0, sane=False),
        candidate(0, -4.0, sane=False),
    ]
    found = [attempts.take(key, one) for key, one in zip(keys[3:], none_sane, strict=True)]
    assert found[2] == (1, none_sane[1], 3)


def test_what_copies_too_much_is_drawn_again_and_at_last_the_least_of_it_is_kept() -> None:
    attempts = Attempts([7], 1, 4)
    key = next(attempts)
    assert attempts.take(key, candidate(5)) == (7, None, 2)
    again = next(attempts)
    assert again != key
    good = candidate(4)
    assert attempts.take(again, good) == (7, good, 2)

    attempts = Attempts([7], 1, 4)
    copied = [9, 8, 6, 7, *[9] * (MOST_AGAIN - 4)]
    found = [attempts.take(next(attempts), candidate(bars)) for bars in copied]
    assert all(kept is None for _, kept, _ in found[:-1])
    kept = found[-1][1]
    assert kept is not None
    assert kept.run == 6
    assert next(attempts, None) is None


def test_what_is_kept_does_not_hang_on_which_came_first() -> None:
    for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0)):
        attempts = Attempts([3], 3, 0)
        keys = [next(attempts) for _ in range(3)]
        alike = [candidate(0, -1.0), candidate(0, -1.0), candidate(0, -2.0)]
        assert [attempts.take(keys[at], alike[at]) for at in order][-1][1] is alike[0]


def test_a_number_is_not_settled_before_all_its_keys_were_asked_for() -> None:
    """As where the first of them is done before there is a row for the others."""
    attempts = Attempts([0, 1], 3, None)
    first = next(attempts)
    assert attempts.take(first, candidate()) == (0, None, 1)
    second, third = next(attempts), next(attempts)
    assert attempts.take(third, candidate())[1] is None
    assert attempts.take(second, candidate())[1] is not None
    assert number_of(next(attempts)) == 1


def test_of_the_coldest_draws_there_is_none_to_choose(loaded: tuple[Any, Any]) -> None:
    index = CorpusIndex.load(embedded_model() / INDEX)
    source = TuneSource(*loaded, Controls(), Sampling(0.0), index=index)
    (tune,) = source.tunes(1)
    assert (tune.drawn, source.report.again) == (1, 0)
    for choice in (Choice(4), Choice(max_copied_bars=2)):
        with pytest.raises(UsageError, match="nothing to choose"):
            TuneSource(*loaded, Controls(), Sampling(0.0), index=index, choice=choice)


def test_the_best_of_several_has_their_header_and_does_not_hang_on_the_batch(loaded: tuple[Any, Any]) -> None:
    index = CorpusIndex.load(embedded_model() / INDEX)

    def found(best_of: int, n: int, first: int = 0) -> list[Any]:
        source = TuneSource(*loaded, Controls(), Sampling(), 3, index, Choice(best_of))
        return list(source.tunes(n, first))

    one, best = found(1, 2), found(4, 2)
    assert [tune.text for tune in found(4, 1, first=1)] == [best[1].text]
    for single, chosen in zip(one, best, strict=True):
        assert chosen.drawn >= 4
        assert chosen.likelihood < 0
        header = [text.text.partition("\nK:")[0] for text in (single, chosen)]
        assert header[0] == header[1]
    assert [tune.text for tune in one] != [tune.text for tune in best]


def test_tunes_are_drawn_again_till_they_copy_no_more_than_is_asked(loaded: tuple[Any, Any]) -> None:
    index = CorpusIndex.load(embedded_model() / INDEX)

    def source(choice: Choice) -> TuneSource:
        return TuneSource(*loaded, Controls("jig", "6/8", "D"), Sampling(0.5), 3, index, choice)

    freely, strict = source(Choice()), source(Choice(max_copied_bars=1))
    before, after = list(freely.tunes(4)), list(strict.tunes(4))
    assert max(tune.copied.run.bars for tune in before if tune.copied) > 1
    assert all(tune.copied is not None and tune.copied.run.bars <= 1 for tune in after)
    assert strict.report.again == sum(tune.drawn > 1 for tune in after) > 0
    assert "drawn again" in strict.report.line()
    assert [tune.number for tune in after] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("choice", "says"), [((0,), "best of 0"), ((65,), "best of 65"), ((1, -1), "-1 copied bars")]
)
def test_choices_that_are_none(choice: tuple[int, ...], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Choice(*choice)


def test_without_an_index_copied_bars_cannot_be_counted(loaded: tuple[Any, Any]) -> None:
    with pytest.raises(UsageError, match="abcgen corpus index"):
        TuneSource(*loaded, choice=Choice(max_copied_bars=3))
    (tune,) = TuneSource(*loaded, choice=Choice(2)).tunes(1)
    assert tune.copied is None


def test_what_the_model_hardly_knows_is_told(loaded: tuple[Any, Any]) -> None:
    index = CorpusIndex.load(embedded_model() / INDEX)
    asked = Controls("jig", "6/8", "Bloc", form="AABB", bars=7)
    told = TuneSource(*loaded, asked, index=index).warnings()
    assert len(told) == 2
    assert "K:Bloc: of the 3,137 tunes that it was trained on, 0 are in this mode" in told[1]
    assert told[0].startswith("the model hardly knows %%section 7: ")
    assert TuneSource(*loaded, asked).warnings() == []
