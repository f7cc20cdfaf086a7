"""`python -m abcgen.training` with its weights sharded over processes of a CPU, as FSDP does over GPUs.

Accelerate shards on accelerators only; everything but that decision is its own and ours.
"""

from __future__ import annotations

import sys
from typing import Any

from accelerate.state import AcceleratorState
from accelerate.utils import DistributedType, FullyShardedDataParallelPlugin

from abcgen.training import run
from abcgen.training.__main__ import main

_as_it_is = run._accelerator


def sharding(recipe: Any) -> Any:
    accelerator = _as_it_is(recipe)
    shared = AcceleratorState._shared_state
    shared["fsdp_plugin"] = FullyShardedDataParallelPlugin(fsdp_version=2)
    shared["distributed_type"] = DistributedType.FSDP
    return accelerator


run._accelerator = sharding

if __name__ == "__main__":
    sys.exit(main())
