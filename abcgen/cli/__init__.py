"""The command line: one file a group of commands, heavy imports inside the commands.

Errors become one line on stderr and an exit code: 0 done, 1 some of the data is bad, 2 could not run.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Iterator, Sequence

import click

from abcgen import __version__
from abcgen.cli.app import app_
from abcgen.cli.check import check
from abcgen.cli.corpus import corpus
from abcgen.cli.evaluate import evaluate
from abcgen.cli.export import export
from abcgen.cli.fix import fix
from abcgen.cli.generate import generate
from abcgen.cli.import_ import import_
from abcgen.cli.inspect import inspect
from abcgen.cli.publish import publish
from abcgen.cli.pull import pull
from abcgen.cli.render import render
from abcgen.cli.runs import runs
from abcgen.cli.similar import similar
from abcgen.cli.tasks import answer, continue_, infill, vary
from abcgen.cli.tokenizer import tokenizer
from abcgen.cli.train import train
from abcgen.cli.transpose import transpose
from abcgen.errors import AbcgenError

#: Causes of an error that are looked through for Ctrl-C.
_DEEPEST = 50


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="abcgen")
def app() -> None:
    """Folk tunes in ABC notation: generate, check, render, and train models of your own."""


for _command in (
    generate,
    continue_,
    infill,
    vary,
    answer,
    similar,
    check,
    fix,
    inspect,
    transpose,
    import_,
    render,
    app_,
    corpus,
    tokenizer,
    train,
    runs,
    publish,
    pull,
    export,
    evaluate,
):
    app.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave the process with its exit code."""
    signal.signal(signal.SIGTERM, _terminated)
    sys.exit(run(arguments))


def _terminated(signum: int, frame: object) -> None:
    """Leave as Ctrl-C does, so that what was begun is cleared away."""
    raise KeyboardInterrupt


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit code. `arguments` default to those of the process."""
    try:
        words = list(sys.argv[1:] if arguments is None else arguments)
        with app.make_context("abcgen", words) as context, _interrupted():
            code = app.invoke(context)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except AbcgenError as error:
        click.echo(f"abcgen: error: {_one_line(error)}", err=True)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        click.echo("abcgen: stopped", err=True)
        return 130
    except BrokenPipeError:
        # The reader of our output left; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0
    except OSError as error:
        # A full disk, a vanished folder: what the rooms did not expect, still one clear line.
        click.echo(f"abcgen: error: {_one_line(error)}", err=True)
        return 2
    return code if isinstance(code, int) else 0


@contextlib.contextmanager
def _interrupted() -> Iterator[None]:
    """Have Ctrl-C be Ctrl-C, whatever a library made of it on its way up."""
    try:
        yield
    except Exception as error:
        cause: BaseException | None = error
        for _ in range(_DEEPEST):
            if isinstance(cause, KeyboardInterrupt):
                raise cause from None
            cause = (cause.__cause__ or cause.__context__) if cause is not None else None
        raise


def _one_line(error: BaseException) -> str:
    line = " ".join(str(error).split()) or type(error).__name__
    full = os.strerror(errno.ENOSPC) in line
    return f"{line}: make room there, or write elsewhere; nothing was left half written" if full else line
