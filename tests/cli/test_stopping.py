"""Ctrl-C ends a command as what it is, also when a library has wrapped it on its way up."""

from __future__ import annotations

import click
import pytest

from abcgen.cli import app, run
from abcgen.errors import InputError


def stopped_plainly() -> None:
    raise KeyboardInterrupt


def stopped_as_the_cause() -> None:
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt as error:
        raise RuntimeError("the reader failed") from error


def stopped_before() -> None:
    try:
        try:
            raise KeyboardInterrupt
        finally:
            raise OSError("nothing to close")
    except OSError as error:
        raise InputError("it cannot be read") from error


@pytest.mark.parametrize("command", [stopped_plainly, stopped_as_the_cause, stopped_before])
def test_stopped_is_told_as_that(command, monkeypatch, capsys):
    monkeypatch.setitem(app.commands, "check", click.Command("check", callback=command))
    assert run(["check"]) == 130
    assert capsys.readouterr().err == "abcgen: stopped\n"


def test_other_errors_are_told_as_they_are(monkeypatch, capsys):
    def failing() -> None:
        try:
            raise ValueError("no number")
        except ValueError as error:
            raise InputError("it cannot be read") from error

    monkeypatch.setitem(app.commands, "check", click.Command("check", callback=failing))
    assert run(["check"]) == 2
    assert capsys.readouterr().err == "abcgen: error: it cannot be read\n"
