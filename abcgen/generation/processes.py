"""Many tunes in several processes, started by `accelerate launch`: each draws a share, all come in order.

A tune hangs on its seed and number alone, so that it does not matter which process draws it, but for the
noise of floats: a draw in some thousand falls the other way in a batch of another size.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta

from abcgen.generation.loop import ROWS
from abcgen.generation.source import GeneratedTune, GenerationReport, TuneSource

#: How long a process waits for the others: one of them writes files meanwhile.
_PATIENCE = timedelta(days=1)


def are_several() -> bool:
    """Whether this process is one of several that were started together."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


def agreed(number: int) -> int:
    """What the first process says."""
    if not are_several():
        return number
    from accelerate import PartialState
    from accelerate.utils import broadcast_object_list

    PartialState(cpu=True, timeout=_PATIENCE)
    (found,) = broadcast_object_list([number])
    return int(found)


def is_first() -> bool:
    """Whether this is the process that writes; so is one that is alone."""
    return os.environ.get("RANK", "0") == "0"


def shared_out(source: TuneSource, n: int, first: int = 0) -> Iterator[GeneratedTune]:
    """`n` tunes, in order, from the `first` on, counted from 0; every process is given all of them.

    As `TuneSource.tunes` where there is one process. Memory is that of a batch for each process; the source's
    report is in the end that of all.
    """
    if not are_several():
        yield from source.tunes(n, first)
        return
    from accelerate import PartialState
    from accelerate.utils import gather_object

    state = PartialState(cpu=True, timeout=_PATIENCE)
    for begin in range(first, first + n, ROWS * state.num_processes):
        mine = begin + ROWS * state.process_index
        count = min(ROWS, first + n - mine)
        yield from gather_object(list(source.tunes(count, mine)) if count > 0 else [])
    reports: list[GenerationReport] = gather_object([source.report])
    source.report = GenerationReport(
        tunes=sum(report.tunes for report in reports),
        tokens=sum(report.tokens for report in reports),
        seconds=max(report.seconds for report in reports),
        again=sum(report.again for report in reports),
        copying=sum(report.copying for report in reports),
    )
    state.destroy_process_group()
