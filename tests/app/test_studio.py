"""The model's thread: in order, no more than may wait, and not for those who left."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from loops import awaited

from abcgen.app import Studio
from abcgen.errors import AbcgenError, BusyError, GenerationError, ModelError, UsageError


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    made = Studio(most_waiting=2, seconds=5)
    yield made
    made.close()


async def told(results: AsyncIterator[int]) -> list[int]:
    return [found async for found in results]


def test_results_come_in_order(studio: Studio) -> None:
    async def main() -> list[int]:
        return await told(studio.ask(lambda source: iter(range(5))).results())

    assert awaited(main()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("fault", "seen"), [(UsageError("no"), UsageError), (KeyError("x"), GenerationError)]
)
def test_faults_come_to_who_asked(studio: Studio, fault: Exception, seen: type[AbcgenError]) -> None:
    def failing(source: object) -> Iterator[int]:
        yield 1
        raise fault

    async def main() -> None:
        await told(studio.ask(failing).results())

    with pytest.raises(seen):
        awaited(main())
    test_results_come_in_order(studio)


def test_work_of_who_left_ends(studio: Studio) -> None:
    ended = threading.Event()

    def endless(source: object) -> Iterator[int]:
        try:
            while True:
                yield 1
                time.sleep(0.01)
        finally:
            ended.set()

    async def main() -> None:
        results = studio.ask(endless).results()
        await anext(results)
        await results.aclose()

    awaited(main())
    assert ended.wait(3)
    test_results_come_in_order(studio)


def test_more_than_may_wait_are_refused(studio: Studio) -> None:
    go = threading.Event()
    begun = threading.Event()

    def slow(source: object) -> Iterator[int]:
        begun.set()
        go.wait(20)
        yield 7

    async def main() -> list[list[int]]:
        first = studio.ask(slow)
        await asyncio.to_thread(begun.wait, 20)
        jobs = [first, *(studio.ask(slow) for _ in range(2))]
        with pytest.raises(BusyError):
            studio.ask(slow)
        go.set()
        return [await told(job.results()) for job in jobs]

    assert awaited(main()) == [[7], [7], [7]]


def test_work_that_takes_too_long_is_stopped() -> None:
    studio = Studio(seconds=0.3)

    def endless(source: object) -> Iterator[int]:
        while True:
            yield 1
            time.sleep(0.05)

    async def main() -> None:
        await told(studio.ask(endless).results())

    with pytest.raises(GenerationError, match="took more than"):
        awaited(main())
    studio.close()


def test_missing_model_is_told_to_who_asks() -> None:
    studio = Studio("/no/such/model")

    async def main() -> None:
        await told(studio.ask(lambda source: iter([1])).results())

    with pytest.raises(ModelError):
        awaited(main())
    studio.close()
