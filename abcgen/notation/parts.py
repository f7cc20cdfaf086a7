"""The order of parts, as `P:` in the header gives it. ABC 2.1, section 3.1.9."""

from __future__ import annotations

import re

#: No tune that people play has more; nor does `P:` hold more signs.
MAX_PARTS = 256
_MAX_DEPTH = 8
_SIGN = re.compile(r"\s*([A-Za-z]|[().]|[0-9]{1,4}|\S)")


def parse_parts(text: str) -> tuple[str, ...]:
    """order = {(letter | "(" order ")") [times]}; dots and blanks only group. `A(AB)2` is A A B A B.

    Raises ValueError when a bracket is open, a sign means nothing, or there are more than `MAX_PARTS`.
    """
    order, rest = _order(_SIGN.findall(text)[: 4 * MAX_PARTS], 0)
    if rest:
        raise ValueError("P: closes a bracket that it did not open")
    return tuple(order)


def _order(signs: list[str], depth: int) -> tuple[list[str], list[str]]:
    """The parts up to the closing bracket, and the signs from there on."""
    if depth > _MAX_DEPTH:
        raise ValueError(f"P: has brackets deeper than {_MAX_DEPTH}")
    order: list[str] = []
    while signs and signs[0] != ")":
        sign, *signs = signs
        if sign == ".":
            continue
        if sign == "(":
            group, signs = _order(signs, depth + 1)
            if not signs:
                raise ValueError("P: opens a bracket that it does not close")
            signs = signs[1:]
        elif sign.isascii() and sign.isalpha():
            group = [sign]
        else:
            raise ValueError(f"{sign!r} means nothing here in P:; write one like AABB or A(AB)2")
        times = 1
        if signs and signs[0].isascii() and signs[0].isdigit():
            times, signs = int(signs[0]), signs[1:]
        if times < 1 or len(order) + times * len(group) > MAX_PARTS:
            raise ValueError(f"P: asks for no part, or for more than {MAX_PARTS}")
        order += group * times
    return order, signs
