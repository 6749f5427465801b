"""The commands of ``wijklab`` with their options, in one language; what they do is imported when called."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import typer

from app.settings import PREFIX, RequestError, Settings, listen
from app.tables import reader_has_left
from app.words import DEFAULT_LANGUAGE, LANGUAGES, Words

Command = Callable[..., int]
"""Carries out one command with the settings that hold everywhere, and returns the exit code."""


def build(words: Words, config: str | None = None) -> typer.Typer:
    """Return the command line in one language.

    Args:
        words: messages of the language.
        config: the configuration file that was read.
    """
    app = typer.Typer(help=words("help.program"), add_completion=False, rich_markup_mode=None)
    everywhere = _Everywhere(words, config)
    app.callback()(everywhere.on_group())

    def add(name: str, command: Command) -> None:
        app.command(name, help=words(f"help.{name}"))(everywhere.on_command(command))

    add("compare", _compare(words))
    add("batch", _batch(words))
    add("merge", _merge(words))
    add("calibrate", _calibrate(words))
    add("export", _export(words))
    add("areas", _areas(words))
    add("scenarios", _scenarios(words))
    add("levers", _levers(words))
    add("patterns", _patterns(words))
    add("breakeven", _break_even(words))
    add("decide", _decide(words))
    add("month", _month(words))
    add("report", _report(words))
    add("chart", _chart(words))
    add("trial", _trial(words))
    add("validate", _validate(words))
    add("score", _score(words))
    add("app", _app(words))
    return app


def _compare(words: Words) -> Command:
    def compare(
        settings: Settings,
        scenario: str = typer.Argument(..., help=words("help.scenario"), show_default=False),
        against: str = _option(words, "against", "geen-programma"),
        area: list[str] = _option(words, "area", [], show_default=False),  # noqa: B008
        years: int | None = _option(words, "years", None),
        draws: int = _option(words, "draws", 20),
        replicates: int = _option(words, "replicates", 2),
        sample: float | None = _option(words, "sample", None),
        seed: int = _option(words, "seed", 1),
        workers: int | None = _option(words, "workers", None),
        out: str | None = _option(words, "out", None),
        overwrite: bool = _flag(words, "overwrite"),
        groups: list[str] = _option(words, "groups", [], show_default=False),  # noqa: B008
        local_data: list[str] = _local_data(words),  # noqa: B008
        year: int | None = _option(words, "year", None),
        view: str = _option(words, "view", "place"),
        json: bool = _flag(words, "json"),
    ) -> int:
        from app.compare import carry_out
        from app.request import Request

        request = Request(
            scenario, against, area, years, draws, replicates, sample, seed, workers, out, overwrite, groups, local_data
        )
        return carry_out(request, settings, year, view, json)

    return compare


def _export(words: Words) -> Command:
    def rows(name: str, help_key: str) -> Any:
        return _option(words, name, [], help_key=help_key, show_default=False)

    def export(
        settings: Settings,
        out: str = typer.Argument(..., metavar="OUT", help=words("help.export_out"), show_default=False),
        to: str = _option(words, "to", ..., help_key="export_to", show_default=False, metavar="FILE"),
        table: str = _option(words, "table", "outcomes", help_key="export_table"),
        shape: str = _option(words, "shape", "long", help_key="export_shape"),
        measure: str = _option(words, "measure", "value", help_key="export_measure"),
        dialect: str = _option(words, "dialect", "standard", help_key="export_dialect"),
        outcome: list[str] = rows("outcome", "export_outcome"),  # noqa: B008
        year: list[str] = rows("year", "export_year"),  # noqa: B008
        area: list[str] = rows("area", "export_area"),  # noqa: B008
        view: list[str] = rows("view", "export_view"),  # noqa: B008
        group: list[str] = rows("group", "export_group"),  # noqa: B008
        overwrite: bool = _flag(words, "overwrite", help_key="export_overwrite"),
    ) -> int:
        from app.export import export_table

        choices = {"table": table, "shape": shape, "measure": measure, "dialect": dialect}
        wanted = {"outcome": outcome, "year": year, "area": area, "view": view, "group": group}
        return export_table(settings, out, to, choices, wanted, overwrite)

    return export


def _batch(words: Words) -> Command:
    def batch(
        settings: Settings,
        design: str = typer.Argument(..., help=words("help.batch_design"), show_default=False),
        out: str | None = _option(words, "out", None, help_key="batch_out"),
        workers: int | None = _option(words, "workers", None),
        scheduler: str | None = _option(words, "scheduler", None),
        shard: str | None = _option(words, "shard", None),
        retry: bool = _flag(words, "retry"),
        dry_run: bool = _flag(words, "dry-run", help_key="dry_run"),
        local_data: list[str] = _local_data(words),  # noqa: B008
    ) -> int:
        from app.batch import BatchRequest, run_batch

        return run_batch(BatchRequest(design, out, workers, scheduler, shard, retry, dry_run, local_data), settings)

    return batch


def _merge(words: Words) -> Command:
    def merge(
        settings: Settings,
        folders: list[str] = typer.Argument(..., help=words("help.merge_folders"), show_default=False),  # noqa: B008
        to: str | None = _option(words, "to", None, help_key="merge_to"),
    ) -> int:
        from app.batch import merge_folders

        return merge_folders(folders, to, settings)

    return merge


def _calibrate(words: Words) -> Command:
    def calibrate(
        settings: Settings,
        out: str = _option(words, "out", "output/calibration", help_key="calibrate_out"),
        area: list[str] = _option(words, "area", [], help_key="calibrate_area", show_default=False),  # noqa: B008
        sample: float | None = _option(words, "sample", None, help_key="calibrate_sample"),
        first: int | None = _option(words, "first", None, help_key="calibrate_first"),
        second: int | None = _option(words, "second", None, help_key="calibrate_second"),
        members: int | None = _option(words, "members", None, help_key="calibrate_members"),
        steps: int | None = _option(words, "steps", None, help_key="calibrate_steps"),
        seed: int = _option(words, "seed", 1, help_key="calibrate_seed"),
        workers: int | None = _option(words, "workers", None),
        scheduler: str | None = _option(words, "scheduler", None),
        json: bool = _flag(words, "json"),
    ) -> int:
        from app.calibrate import CalibrateRequest, calibrate_command

        request = CalibrateRequest(out, area, sample, first, second, members, steps, seed, workers, scheduler, json)
        return calibrate_command(request, settings)

    return calibrate


def _areas(words: Words) -> Command:
    def areas(
        settings: Settings,
        action: str | None = typer.Argument(None, help=words("help.areas_action"), show_default=False),
        which: str | None = typer.Argument(None, metavar="AREA", help=words("help.areas_which"), show_default=False),
        to: str | None = typer.Option(None, "--to", metavar="FILE", help=words("help.areas_to")),
        json: bool = _flag(words, "json"),
    ) -> int:
        from app.local_data import areas_command

        return areas_command(settings, action, which, to, json)

    return areas


def _scenarios(words: Words) -> Command:
    def scenarios(settings: Settings, json: bool = _flag(words, "json")) -> int:
        from app.lists import list_scenarios

        return list_scenarios(settings, json)

    return scenarios


def _levers(words: Words) -> Command:
    def levers(settings: Settings, all: bool = _flag(words, "all"), json: bool = _flag(words, "json")) -> int:
        from app.levers import list_levers

        return list_levers(settings, all, json)

    return levers


def _break_even(words: Words) -> Command:
    def breakeven(settings: Settings, json: bool = _flag(words, "json")) -> int:
        from app.breakeven import list_break_even

        return list_break_even(settings, json)

    return breakeven


def _decide(words: Words) -> Command:
    def decide(
        settings: Settings,
        scenarios: list[str] = _scenario_list(words),  # noqa: B008
        against: str = _option(words, "against", "geen-programma"),
        area: list[str] = _option(words, "area", [], show_default=False),  # noqa: B008
        years: int | None = _option(words, "years", None),
        draws: int = _option(words, "draws", 20),
        replicates: int = _option(words, "replicates", 1),
        sample: float | None = _option(words, "sample", None),
        seed: int = _option(words, "seed", 1),
        workers: int | None = _option(words, "workers", None),
        out: str | None = _option(words, "out", None, help_key="decide_out"),
        parts: str = _option(words, "parts", "", help_key="decide_parts", show_default=False),
        json: bool = _flag(words, "json"),
    ) -> int:
        from app.decide import DecideRequest
        from app.decide import decide as carry_out

        request = DecideRequest(scenarios, against, area, years, draws, replicates, sample, seed, workers, out, parts)
        return carry_out(request, settings, json)

    return decide


def _patterns(words: Words) -> Command:
    def patterns(
        settings: Settings,
        area: str | None = _option(words, "area", None, help_key="area_patterns"),
        sample: float | None = _option(words, "sample", None, help_key="sample_patterns"),
        workers: int | None = _option(words, "workers", None),
        json: bool = _flag(words, "json"),
    ) -> int:
        from app.lists import list_patterns

        return list_patterns(settings, area, sample, workers, json)

    return patterns


def _month(words: Words) -> Command:
    def month(settings: Settings, json: bool = _flag(words, "json")) -> int:
        from app.lists import list_month

        return list_month(settings, json)

    return month


def _report(words: Words) -> Command:
    def report(
        settings: Settings,
        out: str = typer.Argument(..., help=words("help.stored"), show_default=False),
        to: str = typer.Option(..., "--to", help=words("help.to_report")),
        scenario: str | None = _option(words, "scenario", None, help_key="scenario_stored"),
        year: int | None = _option(words, "year", None, help_key="year_stored"),
        overwrite: bool = _flag(words, "overwrite", help_key="overwrite_file"),
    ) -> int:
        from app.html.render import write_report

        return write_report(out, to, scenario, year, overwrite, settings)

    return report


def _chart(words: Words) -> Command:
    def chart(
        settings: Settings,
        out: str = typer.Argument(..., help=words("help.stored"), show_default=False),
        to: str = typer.Option(..., "--to", help=words("help.to_chart")),
        kind: str = _option(words, "kind", "years"),
        outcome: str | None = _option(words, "outcome", None),
        scenario: str | None = _option(words, "scenario", None, help_key="scenario_stored"),
        area: str | None = _option(words, "area", None, help_key="area_stored"),
        view: str = _option(words, "view", "place"),
        group: str = _option(words, "group", "all"),
        year: int | None = _option(words, "year", None, help_key="year_stored"),
        width: int = _option(words, "width", 170),
        overwrite: bool = _flag(words, "overwrite", help_key="overwrite_file"),
    ) -> int:
        from app.charts import Request, draw

        request = Request(out, to, kind, outcome, scenario, area, view, group, year, width, overwrite)
        return draw(request, settings)

    return chart


def _trial(words: Words) -> Command:
    def own(name: str, help_key: str) -> Any:
        return _option(words, name, None, help_key=help_key)

    def trial(
        settings: Settings,
        what: str | None = typer.Argument(None, help=words("help.trial_what"), show_default=False),
        design: str = _option(words, "design", "lottery", help_key="trial_design"),
        area: list[str] = _option(words, "area", [], help_key="trial_area", show_default=False),  # noqa: B008
        outcome: str | None = own("outcome", "trial_outcome"),
        scenario: str | None = own("scenario", "trial_scenario"),
        against: str | None = own("against", "trial_against"),
        enrol_years: int | None = own("enrol-years", "trial_enrol_years"),
        follow_years: int | None = own("follow-years", "trial_follow_years"),
        places: float | None = own("places", "trial_places"),
        crossover: float | None = own("crossover", "trial_crossover"),
        register: str | None = own("register", "trial_register"),
        draws: int | None = own("draws", "trial_draws"),
        replicates: int | None = own("replicates", "trial_replicates"),
        years: int | None = own("years", "trial_years"),
        steps: int | None = own("steps", "trial_steps"),
        sample: float | None = own("sample", "trial_sample"),
        seed: int = _option(words, "seed", 1),
        workers: int | None = _option(words, "workers", None),
        json: bool = _flag(words, "json"),
    ) -> int:
        from app.trial import TrialRequest, carry_out_trial

        more = {
            "scenario": scenario, "against": against, "enrol-years": enrol_years, "follow-years": follow_years,
            "places": places, "crossover": crossover, "register": register, "draws": draws, "replicates": replicates,
            "years": years, "steps": steps,
        }  # fmt: skip
        request = TrialRequest(what, design, area, outcome, sample, seed, workers, more)
        return carry_out_trial(request, settings, json)

    return trial


def _app(words: Words) -> Command:
    def app(
        settings: Settings,
        port: int = _option(words, "port", 8765),
        browser: bool = typer.Option(
            True, "--browser/--no-browser", help=words("help.browser"), envvar=f"{PREFIX}BROWSER"
        ),
        host: str = _option(words, "host", "127.0.0.1"),
        name: str = _option(words, "name", "", help_key="site_name"),
        root_path: str = _option(words, "root-path", "", help_key="root_path"),
        workers: int | None = _option(words, "workers", None),
        cache: str | None = _option(words, "cache", None),
        cache_size: float = _option(words, "cache-size", 4.0, help_key="cache_size"),
        results: str = _option(words, "results", "output", help_key="app_results"),
        sample: float | None = _option(words, "sample", None, help_key="sample_app"),
        full: bool = typer.Option(True, "--full/--no-full", help=words("help.full"), envvar=f"{PREFIX}FULL"),
    ) -> int:
        from app.browser.command import AppRequest, serve_app

        return serve_app(
            AppRequest(port, host, root_path, browser, workers, cache, cache_size, results, sample, full, name),
            settings,
        )

    return app


def _validate(words: Words) -> Command:
    def validate(
        settings: Settings,
        area: list[str] = _option(words, "area", [], help_key="validate_area", show_default=False),  # noqa: B008
        draws: int = _option(words, "draws", 20, help_key="validate_draws"),
        sample: float | None = _option(words, "sample", None, help_key="validate_sample"),
        workers: int | None = _option(words, "workers", None),
        out: str | None = _option(words, "out", None, help_key="validate_out"),
        shipped: bool = _flag(words, "shipped"),
        to: str | None = _option(words, "to", None, help_key="validate_to", metavar="FILE"),
        overwrite: bool = _flag(words, "overwrite", help_key="overwrite_file"),
        json: bool = _flag(words, "json"),
    ) -> int:
        from app.validate import Asked
        from app.validate import validate as carry_out

        return carry_out(settings, Asked(area, draws, sample, workers, out, shipped), to, overwrite, json)

    return validate


def _score(words: Words) -> Command:
    def score(
        settings: Settings,
        file: str = typer.Argument(..., metavar="FILE", help=words("help.score_file"), show_default=False),
        forecast: str | None = _option(words, "forecast", None, help_key="score_forecast"),
        to: str | None = _option(words, "to", None, help_key="score_to", metavar="FILE"),
        overwrite: bool = _flag(words, "overwrite", help_key="overwrite_file"),
        json: bool = _flag(words, "json"),
    ) -> int:
        from app.score import score as carry_out

        return carry_out(settings, file, forecast, to, overwrite, json)

    return score


def _option(words: Words, name: str, default: Any, help_key: str | None = None, **more: Any) -> Any:
    text = words(f"help.{help_key or name}")
    variable = f"{PREFIX}{name.upper().replace('-', '_')}"
    return typer.Option(default, f"--{name}", help=text, envvar=variable, **more)


def _scenario_list(words: Words) -> Any:
    return typer.Argument(..., metavar="SCENARIO...", help=words("help.decide_scenarios"), show_default=False)


def _local_data(words: Words) -> Any:
    return _option(words, "local-data", [], help_key="local_data", show_default=False, metavar="FILE")


def _flag(words: Words, name: str, help_key: str | None = None) -> Any:
    text = words(f"help.{help_key or name}")
    return typer.Option(False, f"--{name}", help=text, envvar=f"{PREFIX}{name.upper().replace('-', '_')}")


class _Everywhere:
    """The options that every command takes, before the command's name and after it."""

    def __init__(self, words: Words, config: str | None) -> None:
        self.words = words
        self.config = config
        self.kinds: dict[str, tuple[Any, Any]] = {
            "language": (str, _option(words, "language", DEFAULT_LANGUAGE, metavar="|".join(LANGUAGES))),
            "config": (str | None, _option(words, "config", None)),
            "quiet": (bool, _flag(words, "quiet")),
            "verbose": (bool, _flag(words, "verbose")),
            "debug": (bool, _flag(words, "debug")),
            "version": (
                bool,
                typer.Option(False, "--version", help=words("help.version"), is_eager=True, callback=_show_version),
            ),
        }

    def on_group(self) -> Callable[..., None]:
        """Return the function behind ``wijklab`` itself: it only takes the options."""

        def group(ctx: typer.Context, **given: Any) -> None:
            ctx.obj = given

        return self._with_options(group, [])

    def on_command(self, command: Command) -> Callable[..., int]:
        """Return a command that takes the options as well, and gets them as settings."""
        own = list(inspect.signature(command, eval_str=True).parameters.values())[1:]

        def carry_out(ctx: typer.Context, **given: Any) -> int:
            settings = self._settings(ctx, given)
            listen(settings)
            own_values = {name: value for name, value in given.items() if name not in self.kinds}
            try:
                return command(settings, **own_values)
            except BrokenPipeError:
                return reader_has_left()

        return self._with_options(carry_out, own)

    def _with_options(self, function: Callable[..., Any], own: list[inspect.Parameter]) -> Callable[..., Any]:
        kind = inspect.Parameter.KEYWORD_ONLY
        shared = [
            inspect.Parameter(name, kind, default=default, annotation=annotation)
            for name, (annotation, default) in self.kinds.items()
        ]
        ctx = inspect.Parameter("ctx", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context)
        parameters = [ctx, *(parameter.replace(kind=kind) for parameter in own), *shared]
        function.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        function.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return function

    def _settings(self, ctx: typer.Context, given: dict[str, Any]) -> Settings:
        """Take each option from where it was typed last, else from variable, file or default."""

        def typed(context: Any, name: str) -> bool:
            return getattr(context.get_parameter_source(name), "name", "") == "COMMANDLINE"

        found = {
            name: ctx.obj[name] if typed(ctx.parent, name) and not typed(ctx, name) else given[name]
            for name in self.kinds
        }
        if found["language"] not in LANGUAGES:
            allowed = ", ".join(LANGUAGES)
            message = self.words("error.choice", name="--language", found=found["language"], allowed=allowed)
            raise RequestError(message)
        return Settings(Words(found["language"]), found["quiet"], found["verbose"], found["debug"], self.config)


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"wijklab {version('wijklab')}")
        raise typer.Exit
