"""The texts of `cards/`, filled in: cards in Markdown, pages in HTML. A value in them stays text."""

from __future__ import annotations

import json
import math
import re
import shlex
from traceback import extract_tb
from typing import Any, Protocol

from abcgen.errors import InputError
from abcgen.resources import resource

#: What would begin a list or underline a heading, at the beginning of a line.
_LIST = re.compile(r"^(?:(?=[-+=])|\d{1,9}(?=[.)](?:\s|$)))")


def filled(template: str, **values: Any) -> str:
    """The template of that name with these values. In HTML they are escaped; Markdown has the filter `cell`.

    Raises InputError when the installation lacks the template, or it has an error.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(resource("cards")),
        autoescape=select_autoescape(["html.jinja"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = _cell
    environment.filters["code"] = _code
    environment.filters["json"] = json.dumps  # as tojson, which writes quotes of HTML otherwise
    environment.filters["shell"] = lambda word: shlex.quote(" ".join(str(word).split()))
    environment.filters["figure"] = _figure
    environment.filters["share"] = lambda found: _figure(found, 100, 1, " %")
    environment.filters["thousands"] = "{:,}".format
    place = resource(f"cards/{template}")
    try:
        return environment.get_template(template).render(**values)
    except (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        line = getattr(error, "lineno", None) or _line_of(error, str(place))
        where = f"{place}:{line}" if line else f"{place}"
        raise InputError(f"{where}: this template has an error: {error}") from error


def _line_of(error: BaseException, place: str) -> int | None:
    """The line of a template in which an error came up while it was filled."""
    lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == place]
    return lines[-1] if lines else None


class Estimated(Protocol):
    """An estimate with the bounds of its interval, nan where there are none."""

    @property
    def estimate(self) -> float: ...
    @property
    def low(self) -> float: ...
    @property
    def high(self) -> float: ...


def _figure(found: Estimated | None, factor: float = 1, digits: int = 4, unit: str = "") -> str:
    """An estimate with its bounds; what is missing is said to be."""
    if found is None or math.isnan(found.estimate):
        return "not measured"
    estimate, low, high = (
        "-" if math.isnan(value) else f"{factor * value:.{digits}f}"
        for value in (found.estimate, found.low, found.high)
    )
    return f"{estimate}{unit} [{low}, {high}]"


def _code(value: object) -> str:
    """A text in Markdown, in the letters of a machine; not for tables."""
    plain = " ".join(str(value).split())
    fence = "`" * (max(map(len, re.findall("`+", plain)), default=0) + 1)
    room = " " if plain.startswith("`") or plain.endswith("`") else ""
    return f"{fence}{room}{plain}{room}{fence}"


def _cell(value: object) -> str:
    """A text in Markdown, in a table or at the beginning of a line: no sign of it means anything there."""
    plain = " ".join(str(value).split())
    for sign in "\\|`*_[]<>#~&$":
        plain = plain.replace(sign, "\\" + sign)
    return _LIST.sub(r"\g<0>\\", plain)
