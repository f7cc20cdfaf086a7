"""`abcgen app`: a page on this machine that writes, plays, changes and keeps tunes."""

from __future__ import annotations

from pathlib import Path

import click

from abcgen.cli.output import say


@click.command("app")
@click.option(
    "--port",
    default=8642,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Where it listens on 127.0.0.1; 0 for any that is free.",
)
@click.option(
    "--model", default="", metavar="MODEL", help="A folder, or user/name on the Hub; else the embedded one."
)
@click.option("--shelf", default="", metavar="FILE", help="Where kept tunes lie; else in your data folder.")
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the page.")
def app_(port: int, model: str, shelf: str, browser: bool) -> None:
    """Open a page that writes tunes bar by bar, plays them, changes them, and keeps those you like.

    It answers this machine alone. Needs the extra: pip install 'abcgen[app]'.
    """
    from abcgen.app import Shelf, serve
    from abcgen.app.server import default_shelf

    serve(model, Shelf(Path(shelf) if shelf else default_shelf()), port, browser=browser, say=say)
