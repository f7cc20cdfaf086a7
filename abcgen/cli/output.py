"""Words to the user that never stop the work: a reader who has left loses nothing but them."""

from __future__ import annotations

import os
import sys

import click


def say(line: str, *, err: bool = False) -> None:
    """Print a line; when nobody reads it any more, go on without a word."""
    try:
        click.echo(line, err=err)
    except BrokenPipeError:
        stream = sys.stderr if err else sys.stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
