"""`python -m abcgen.training RECIPE`: the run of `abcgen train` for several processes.

    torchrun --nproc_per_node 2 -m abcgen.training RECIPE
    accelerate launch --multi_gpu --num_processes 2 -m abcgen.training RECIPE

Both join the processes over NCCL on GPUs, and over gloo where there is only a CPU: Accelerate has no launcher
of its own for that, and `--multi_gpu` stands for "several". Without it, with `--cpu` too, `accelerate launch`
starts one process on a CPU, whatever `--num_processes` says. A batch is shared out, so a run does not depend
on how many there are, but for dropout and the last bits of the floats.
"""

from __future__ import annotations

import argparse
import os
import sys

from abcgen.errors import AbcgenError
from abcgen.training.command import Wishes, run_command

_WHAT = "Train as `abcgen train` does, in one or several processes."


def main() -> int:
    """Parse the line, run, and return the exit code.

    Of several processes the first speaks, and the first of each machine says what is wrong there.
    """
    parser = argparse.ArgumentParser(prog="python -m abcgen.training", description=_WHAT)
    parser.add_argument("recipe", help="a YAML file, such as recipes/small.yaml")
    parser.add_argument("--set", dest="overrides", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--resume", action="store_true", help="go on from the newest checkpoint")
    options = parser.parse_args()
    first = os.environ.get("RANK", "0") == "0"

    def say(line: str) -> None:
        if first:
            sys.stdout.write(line + "\n")

    try:
        wishes = Wishes(overrides=tuple(options.overrides))
        return run_command(options.recipe, wishes, resume=options.resume, say=say)
    except (AbcgenError, OSError) as error:
        if os.environ.get("LOCAL_RANK", "0") == "0":
            sys.stderr.write(f"error: {error}\n")
        return error.exit_code if isinstance(error, AbcgenError) else 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
