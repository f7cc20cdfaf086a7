"""JSON that others wrote, as the values that it should hold, or a word on where it does not."""

from __future__ import annotations

import json
import math
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any, NoReturn, Union, get_args, get_origin, get_type_hints

from abcgen.errors import InputError

#: Integers beyond are no counts.
_LARGEST = 2**63
_NAMES = {int: "a whole number", float: "a number", str: "a text", bool: "true or false"}


def read_json(path: Path) -> Any:
    """What a file of JSON holds. Raises InputError when it is none, or has numbers that are none (NaN)."""
    try:
        return parsed_json(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        raise InputError(f"{path} is no JSON: {' '.join(str(error).split())[:200]}") from error


def parsed_json(text: str) -> Any:
    """What a text of JSON holds.

    Raises ValueError, also for NaN, what is nested too deeply, and halves of characters, which no file takes.
    """
    try:
        found = json.loads(text, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    return found


def as_kind(kind: Any, value: Any, place: str = "") -> Any:
    """A value of JSON as one of `kind`: a dataclass, a text, a number, a tuple or dict of these, or None.

    Entries that a dataclass does not know are left out; a number that is null is nan, where only a number can
    be. Raises ValueError, which says at which `place` something else stands.
    """
    if kind is Any:
        return value
    if get_origin(kind) in (Union, types.UnionType):
        (inner,) = (each for each in get_args(kind) if each is not type(None))
        return None if value is None else as_kind(inner, value, place)
    if is_dataclass(kind):
        return _as_dataclass(kind, value, place)
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{place or 'it'} is no list")
        inner = get_args(kind)[0]
        return tuple(as_kind(inner, each, f"{place}[{number}]") for number, each in enumerate(value))
    if get_origin(kind) in (dict, Mapping):
        if not isinstance(value, dict):
            raise ValueError(f"{place or 'it'} is no object")
        inner = get_args(kind)[1]
        return {name: as_kind(inner, each, _within(place, name)) for name, each in value.items()}
    return _as_scalar(kind, value, place)


def _as_scalar(kind: Any, value: Any, place: str) -> Any:
    if kind is float and value is None:
        return math.nan
    fits = type(value) is kind or (kind is float and type(value) is int)
    if not fits or (type(value) is int and abs(value) >= _LARGEST) or value in (math.inf, -math.inf):
        raise ValueError(f"{place or 'it'} is not {_NAMES[kind]}")
    return kind(value)


def _as_dataclass(kind: Any, value: Any, place: str) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"{place or 'it'} is no object")
    kinds = get_type_hints(kind)
    found = {}
    for field in fields(kind):
        if field.name in value:
            found[field.name] = as_kind(kinds[field.name], value[field.name], _within(place, field.name))
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{_within(place, field.name)} is missing")
    return kind(**found)


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _no_number(sign: str) -> NoReturn:
    raise ValueError(f"{sign} is no number of JSON")
