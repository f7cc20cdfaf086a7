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
    help="Where it listens, on 127.0.0.1 unless it is --public; 0 for any that is free.",
)
@click.option(
    "--model", default="", metavar="MODEL", help="A folder, or user/name on the Hub; else the embedded one."
)
@click.option("--shelf", default="", metavar="FILE", help="Where kept tunes lie; else in your data folder.")
@click.option(
    "--public",
    is_flag=True,
    help="Answer whoever reaches this machine, as a server does; there is no shelf then.",
)
@click.option("--browser/--no-browser", default=True, show_default=True, help="Open the page.")
def app_(port: int, model: str, shelf: str, public: bool, browser: bool) -> None:
    """Open a page that writes tunes bar by bar, plays them, changes them, and keeps those you like.

    It answers this machine alone, unless it is --public. Needs the extra: pip install 'abcgen[app]'.
    """
    from abcgen.app import Shelf, serve
    from abcgen.app.serving import default_shelf
    from abcgen.errors import UsageError

    if public and shelf:
        raise UsageError("--shelf is one person's, --public is for everybody; choose one")
    kept = None if public else Shelf(Path(shelf) if shelf else default_shelf())
    serve(model, kept, port, public=public, browser=browser and not public, say=say)
