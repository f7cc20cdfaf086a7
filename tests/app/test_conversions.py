"""What is made of tunes in the app: a few at a time, and not for those who left."""

from __future__ import annotations

import asyncio
import threading

import pytest
from loops import awaited

from abcgen.app.conversions import Check, Conversions
from abcgen.errors import BusyError, UsageError


async def here() -> bool:
    return False


async def left() -> bool:
    return True


def test_too_many_are_refused_and_the_others_answered() -> None:
    async def main() -> list[object]:
        conversions, go = Conversions(at_once=1, most_waiting=1), threading.Event()

        def work(_: Check) -> bool:
            return go.wait(20)

        both = [asyncio.ensure_future(conversions.done(here, work)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await conversions.done(here, work)
        go.set()
        return [*await asyncio.gather(*both), await conversions.done(here, work)]

    assert awaited(main()) == [True, True, True]


def test_work_of_who_left_ends_between_its_steps() -> None:
    async def main() -> object:
        begun, asked = threading.Event(), [0]

        async def gone() -> bool:
            asked[0] += 1
            return asked[0] > 1

        def work(check: Check) -> None:
            begun.set()
            while True:
                check()

        found = await Conversions().done(gone, work)
        return found, begun.is_set(), await Conversions().done(left, work)

    assert awaited(main()) == (None, True, None)


def test_work_that_takes_too_long_is_stopped() -> None:
    def work(check: Check) -> None:
        while True:
            check()

    async def main() -> None:
        await Conversions(seconds=0.1).done(here, work)

    with pytest.raises(UsageError, match="ask for less"):
        awaited(main())
