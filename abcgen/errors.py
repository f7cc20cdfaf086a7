"""Every exception that abcgen raises on purpose.

    AbcgenError              anything below; the command line prints it as one line
    ├── UsageError           a bad call: temperature -1, an unknown rhythm (also a ValueError)
    ├── InputError           a file that is missing, binary, or not what it should be
    ├── OutputError          a place that cannot be written, or a file that is already there
    ├── NotationError        ABC text that is needed whole and is not; carries its problems
    ├── ScoreError           a tune that could not be converted without changing its notes
    ├── CorpusError          a corpus that is empty, leaking, or not one of ours
    ├── ModelError           a folder that holds no model, or one that does not fit
    ├── CheckpointError      a checkpoint that is damaged or belongs to another run
    ├── GenerationError      no valid tune within the allowed number of draws
    ├── HubError             the Hub refuses, or is not reached
    ├── BusyError            more is asked for at once than is worked on
    └── MissingExtraError    a feature whose optional packages are not installed

Bad data is a result (see `abcgen.notation.problems`); these are for calls that cannot go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abcgen.notation.problems import Problem


class AbcgenError(Exception):
    """The root of the tree. `exit_code` is what the command line leaves with."""

    exit_code = 2


class UsageError(AbcgenError, ValueError):
    """The call itself is wrong, whatever the data."""


class InputError(AbcgenError):
    """Something that should be read cannot be."""


class OutputError(AbcgenError):
    """Something that should be written cannot be."""


class NotationError(AbcgenError):
    """A tune was needed and the text is not one. `problems` says where and why."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class ScoreError(AbcgenError):
    """The converted score would not hold the notes that were read."""


class CorpusError(AbcgenError):
    """A corpus cannot be built, read, or trusted."""


class ModelError(AbcgenError):
    """A model cannot be loaded or does not fit what it is asked for."""


class CheckpointError(AbcgenError):
    """A checkpoint is damaged, or was made by another recipe, corpus or tokenizer."""


class GenerationError(AbcgenError):
    """No valid tune was drawn within the allowed number of draws."""


class HubError(AbcgenError):
    """The Hub refused something, or was not reached; nothing is there by half."""


class BusyError(AbcgenError):
    """More was asked for at once than is worked on; the same may be asked again a little later."""


class MissingExtraError(AbcgenError):
    """An optional package is not installed; the message says which extra to install."""
