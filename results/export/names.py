"""Names of columns that SPSS and Stata can hold too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

STATA_NAME = 32
"""Characters in a name; SPSS holds 64 bytes."""

_SPSS_WORDS = ("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with")
_STATA_WORDS = ("byte", "double", "float", "if", "in", "int", "long", "str", "strl", "using", "with")
RESERVED = frozenset({*_SPSS_WORDS, *_STATA_WORDS})
"""Words that SPSS or Stata keep for themselves."""


def unique_names(wanted: Sequence[str], taken: Iterable[str] = (), most: int = STATA_NAME) -> list[str]:
    """Return names that are valid in every format and differ, capitals or not.

    Args:
        wanted: what they should be called.
        taken: names that are used already.
        most: characters in a name.
    """
    used = {name.lower() for name in taken} | RESERVED
    found = []
    for name in wanted:
        plain = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")
        plain = plain if plain[:1].isalpha() else f"v_{plain}".rstrip("_")
        new, number = plain[:most], 1
        while new.lower() in used:
            number += 1
            new = f"{plain[: most - len(str(number)) - 1]}_{number}"
        used.add(new.lower())
        found.append(new)
    return found
