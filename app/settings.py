"""Options that hold for every command, and where options come from: option over variable over file."""

from __future__ import annotations

import logging
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from app.words import DEFAULT_LANGUAGE, LANGUAGES, Words

DONE, RUN_FAILED, WRONG_REQUEST, INTERRUPTED = 0, 1, 2, 130
"""Exit codes."""

PREFIX = "WIJKLAB_"
CONFIG_FILE = "wijklab.toml"
PACKAGES = ("sim", "results", "scenarios", "calibration", "app")
"""Each has one logger, by its name."""

LISTS = ("area", "groups", "local_data")
"""Options that may be given more than once."""

LISTS_OF = {"export": ("outcome", "year", "view", "group")}
"""Options that may be given more than once to one command only."""


class RequestError(ValueError):
    """A request that cannot be carried out, as one sentence in the language of the reader."""


@dataclass(frozen=True)
class Settings:
    """What holds for every command.

    Attributes:
        words: messages and numbers of the language asked for.
        quiet: results and errors only.
        verbose: also what is going on.
        debug: with an error, where in the code.
        config: the configuration file that was read.
    """

    words: Words
    quiet: bool = False
    verbose: bool = False
    debug: bool = False
    config: str | None = None


def asked_language(arguments: Sequence[str], config: Mapping[str, Any]) -> str:
    """Return the language before the arguments are read: a wrong option needs a sentence as well."""
    found = _last(arguments, "--language") or os.environ.get(f"{PREFIX}LANGUAGE") or config.get("language")
    return found if found in LANGUAGES else DEFAULT_LANGUAGE


def config_path(arguments: Sequence[str]) -> Path | None:
    """Return the configuration file to read: the one asked for, or the one in this folder if there is one."""
    asked = _last(arguments, "--config") or os.environ.get(f"{PREFIX}CONFIG")
    if asked:
        return Path(asked)
    here = Path(CONFIG_FILE)
    return here if here.is_file() else None


def read_config(path: Path | None, words: Words) -> dict[str, Any]:
    """Read a configuration file.

    Raises:
        RequestError: when it cannot be read or is not TOML.
    """
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise RequestError(words("error.config_missing", file=path)) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = " ".join(str(error).split()).rstrip(".")
        raise RequestError(words("error.config_toml", file=path, reason=reason)) from None


def config_defaults(
    config: Mapping[str, Any], options: Mapping[str, Sequence[str]], path: Path | None, words: Words
) -> dict[str, Any]:
    """Return the defaults a configuration file gives to every command.

    Keys at the top hold for every command with such an option, a table named after a command for that one.

    Args:
        config: content of the file.
        options: names of the options of every command.
        path: the file, for messages.
        words: for messages.

    Raises:
        RequestError: when a key is no option of any command, or a value is a table.
    """
    top = {key: value for key, value in config.items() if key not in options}
    known = sorted({name for names in options.values() for name in names})
    _check_keys(top, known, "", path, words)
    defaults: dict[str, Any] = {}
    for command, names in options.items():
        own = config.get(command, {})
        if not isinstance(own, Mapping):
            raise RequestError(_unknown_key(command, known, path, words))
        _check_keys(own, names, f"{command}.", path, words)
        both = {**_plain(top), **_plain(own)}
        several = LISTS_OF.get(command, ())
        defaults[command] = {
            name: value if name not in several or isinstance(value, list) else [value]
            for name, value in both.items()
            if name in names
        }
    return {**_plain(top), **defaults}


def listen(settings: Settings) -> None:
    """Set up logging to standard error, one logger per package."""
    level = logging.DEBUG if settings.debug else logging.INFO if settings.verbose else logging.WARNING
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    for name in PACKAGES:
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.ERROR if settings.quiet else level)
        logger.propagate = False


def _check_keys(given: Mapping[str, Any], known: Sequence[str], prefix: str, path: Path | None, words: Words) -> None:
    for key, value in given.items():
        if _name(key) not in known:
            raise RequestError(_unknown_key(prefix + key, known, path, words))
        if isinstance(value, Mapping):
            raise RequestError(words("error.config_value", file=path, found=prefix + key))


def _unknown_key(found: str, known: Sequence[str], path: Path | None, words: Words) -> str:
    near = get_close_matches(found.rsplit(".", 1)[-1], known, n=1)
    nearest = words("error.nearest", name=f"'{near[0]}'") if near else ""
    return words("error.config_key", file=path, found=found, nearest=nearest, allowed=", ".join(known))


def _plain(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        _name(key): [value] if _name(key) in LISTS and isinstance(value, str) else value for key, value in given.items()
    }


def _name(key: str) -> str:
    return key.replace("-", "_")


def _last(arguments: Sequence[str], option: str) -> str | None:
    """Return the value of the last occurrence of an option in raw arguments."""
    found = None
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        if argument == option and place + 1 < len(arguments):
            found = arguments[place + 1]
        elif argument.startswith(f"{option}="):
            found = argument.partition("=")[2]
    return found
