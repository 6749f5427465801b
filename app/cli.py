"""The command line ``wijklab``: reads the request, calls the command, says every failure in one sentence."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import typer

from app.commands import build
from app.settings import (
    DONE,
    INTERRUPTED,
    PREFIX,
    RUN_FAILED,
    WRONG_REQUEST,
    RequestError,
    asked_language,
    config_defaults,
    config_path,
    read_config,
)
from app.tables import reader_has_left
from app.words import Words

ClickException: type[Exception] = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""The parent of everything the option parser refuses; where it lives differs between versions of typer."""


NOT_A_NUMBER = {"integer": "error.not_whole", "number": "error.not_number", "float": "error.not_number"}
"""What the parser's message holds when a text is no number, and the message to give instead."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one request and return the exit code; the door of the console script ``wijklab``."""
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    words, debug = Words(asked_language(given, {})), "--debug" in given
    try:
        path = config_path(given)
        config = read_config(path, words)
        words = Words(asked_language(given, config))
        debug = debug or bool(config.get("debug")) or bool(os.environ.get(f"{PREFIX}DEBUG"))
        command: Any = typer.main.get_command(build(words, str(path) if path else None))
        defaults = config_defaults(config, _options(command), path, words)
        code = command.main(given, prog_name="wijklab", standalone_mode=False, default_map=defaults)
        sys.stdout.flush()
        return int(code or DONE)
    except KeyboardInterrupt:
        return _say(words, words("error.interrupted"), INTERRUPTED)
    except BrokenPipeError:
        return reader_has_left()
    except Exception as error:
        if debug:
            traceback.print_exc()
        sentence = _sentence(error, words)
        if sentence is not None:
            # a full disk is no fault of the request
            return _say(
                words, sentence, RUN_FAILED if getattr(error, "code", "") in ("full", "not_kept") else WRONG_REQUEST
            )
        reason = " ".join(str(error).split())
        return _say(words, words("error.unexpected", type=type(error).__name__, reason=reason), RUN_FAILED)


def _options(command: Any) -> dict[str, list[str]]:
    """Return the names of the options of every command."""
    return {
        name: [
            parameter.name
            for parameter in each.params
            if parameter.name != "version" and parameter.param_type_name == "option"
        ]
        for name, each in command.commands.items()
    }


def _say(words: Words, sentence: str, code: int) -> int:
    print(words("error.prefix", sentence=sentence), file=sys.stderr)
    return code


def _sentence(error: Exception, words: Words) -> str | None:
    """Return what is wrong with the request, or ``None`` when the request was not to blame."""
    if isinstance(error, RequestError):
        return str(error)
    if isinstance(error, ClickException):
        return _parser_sentence(error, words)
    kind = type(error).__name__
    if kind in ("ScenarioError", "LocalDataError", "DesignError"):
        return str(error.sentence(words.language))  # type: ignore[attr-defined]
    if kind == "StoreError":
        return words(f"error.out_{error.code}", folder=error.folder, **error.details)  # type: ignore[attr-defined]
    return None


def _parser_sentence(error: Any, words: Words) -> str:
    """Return what the option parser says, in the language of the reader."""
    kind = type(error).__name__
    command: Any = getattr(getattr(error, "ctx", None), "command", None)
    if kind == "NoSuchOption":
        names = [name for parameter in command.params for name in getattr(parameter, "opts", [])]
        return words("error.no_such_option", found=error.option_name, nearest=_near(error.option_name, names, words))
    if kind == "MissingParameter":
        return words("error.missing", name=_shown_name(error.param))
    reason = " ".join(error.format_message().split()).rstrip(".")
    if kind == "BadParameter" and error.param is not None:
        for part, key in NOT_A_NUMBER.items():
            if part in error.message:
                return words(key, name=_shown_name(error.param))
        return words("error.bad_value", name=_shown_name(error.param), reason=error.message.rstrip("."))
    commands = sorted(getattr(command, "commands", {}))
    if kind == "UsageError" and commands and reason.startswith("No such command"):
        found = reason.split("'")[1]
        nearest = _near(found, commands, words)
        return words("error.no_such_command", found=f"'{found}'", nearest=nearest, allowed=", ".join(commands))
    return words("error.usage", reason=reason)


def _near(found: str, known: Sequence[str], words: Words) -> str:
    near = get_close_matches(found, known, n=1)
    return words("error.nearest", name=f"'{near[0]}'") if near else ""


def _shown_name(parameter: Any) -> str:
    return str(parameter.opts[0]) if parameter.opts and parameter.opts[0].startswith("-") else parameter.name.upper()


if __name__ == "__main__":
    sys.exit(main())
