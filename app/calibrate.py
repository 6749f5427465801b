"""``wijklab calibrate``: fits the parameters to the patterns, in stages, resumable, on any workers."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.progress import progress_bar
from app.request import MOST_WORKERS, check_between, check_sample, chosen_areas, processors
from app.settings import DONE, INTERRUPTED, RUN_FAILED, RequestError, Settings
from app.tables import print_json, print_table
from app.words import Words
from app.workers import check_scheduler, ended_as_interrupted, workers_of

if TYPE_CHECKING:
    from calibration.fit.run import Fit
    from calibration.fit.run import Settings as FitSettings

POSTERIOR = "posterior"
FEWEST_FIRST, FEWEST_MEMBERS, MOST_RUNS, MOST_STEPS = 40, 20, 10_000, 10


@dataclass(frozen=True)
class CalibrateRequest:
    """What somebody asked to fit; ``None`` where they left the choice to us."""

    out: str
    area: list[str]
    sample: float | None
    first: int | None
    second: int | None
    members: int | None
    steps: int | None
    seed: int
    workers: int | None
    scheduler: str | None
    json: bool


def calibrate_command(request: CalibrateRequest, settings: Settings) -> int:
    """Fit, write the posterior, print what was learned, and return the exit code.

    Raises:
        RequestError: when the request was wrong.
    """
    words, out = settings.words, Path(request.out)
    own = _settings(request, words)
    workers = processors() if request.workers is None else request.workers
    check_between("--workers", workers, 1, MOST_WORKERS, words)
    check_scheduler(request.scheduler, words)
    fit = _fit(request, own, workers, out, settings)
    if isinstance(fit, int):
        return fit
    from calibration.fit.learned import parameter_rows, target_rows, write_posterior

    write_posterior(fit, out / POSTERIOR, datetime.now(UTC).date().isoformat())
    if request.json:
        print_json({"parameters": parameter_rows(fit), "targets": target_rows(fit), "folder": str(out / POSTERIOR)})
        return DONE
    _tell(fit, words)
    print(words("calibrate.written", folder=out / POSTERIOR))
    return DONE


def _settings(request: CalibrateRequest, words: Words) -> FitSettings:
    from dataclasses import replace

    from calibration.fit.run import Settings as FitSettings

    check_sample(request.sample, words)
    limits = {
        "first": (FEWEST_FIRST, MOST_RUNS), "second": (0, MOST_RUNS), "members": (FEWEST_MEMBERS, MOST_RUNS),
        "steps": (1, MOST_STEPS),
    }  # fmt: skip
    given = {"sample": request.sample, "seed": request.seed} | {name: getattr(request, name) for name in limits}
    for name, (low, high) in limits.items():
        if given[name] is not None:
            check_between(f"--{name}", given[name], low, high, words)
    if request.area:
        given["areas"] = chosen_areas(request.area, words)
    return replace(FitSettings(), **{name: value for name, value in given.items() if value is not None})


def _fit(request: CalibrateRequest, own: FitSettings, workers: int, out: Path, settings: Settings) -> Fit | int:
    """Return what came of the fit, or the exit code of one that did not end."""
    from calibration.fit.forward import FitError
    from calibration.fit.run import SettingsDifferError, calibrate
    from calibration.fit.smoother import NoFitError
    from results.lock import FolderLock
    from scenarios.executors import WorkersGone

    words = settings.words
    with ExitStack() as stack:
        try:
            stack.enter_context(FolderLock(out))
            hands = stack.enter_context(workers_of(request.scheduler, workers, settings))
            stack.enter_context(ended_as_interrupted())
            told = stack.enter_context(progress_bar(words, settings.quiet))
            return calibrate(own, out, hands, lambda stage, done, total: told(done, total))
        except ModuleNotFoundError as error:
            raise RequestError(words("calibrate.no_library", name=error.name)) from None
        except SettingsDifferError as error:
            raise RequestError(words("calibrate.other_fit", folder=out, reason=error)) from None
        except OSError as error:
            raise RequestError(words("calibrate.not_written", folder=out, reason=error.strerror or error)) from error
        except (FitError, WorkersGone) as error:
            return _stopped(words("calibrate.failed", reason=error, folder=out), RUN_FAILED)
        except NoFitError as error:
            return _stopped(words("calibrate.no_fit", reason=error), RUN_FAILED)
        except KeyboardInterrupt:
            return _stopped(words("calibrate.interrupted", folder=out), INTERRUPTED)


def _stopped(sentence: str, code: int) -> int:
    import sys

    print(sentence, file=sys.stderr)
    return code


def _tell(fit: Fit, words: Words) -> None:
    from calibration.fit.learned import kept_members, parameter_rows, shipped_parameters, target_rows

    parameters = [row for row in parameter_rows(fit) if row["fitted"] == "yes"]
    cells = [
        [
            row["parameter"],
            words("calibrate.band", low=row["prior_p05"], middle=row["prior_p50"], high=row["prior_p95"]),
            words("calibrate.band", low=row["p05"], middle=row["p50"], high=row["p95"]),
            words.percent(max(0.0, float(row["learned"]))),
        ]
        for row in parameters
    ]
    headings = [words("calibrate.parameter"), words("calibrate.prior")]
    headings += [words("calibrate.posterior"), words("calibrate.learned")]
    print_table(headings, cells, right=(3,))
    targets = target_rows(fit)
    missed = [row for row in targets if row["in_range"] == "no"]
    print()
    print(words("calibrate.targets", inside=len(targets) - len(missed), all=len(targets)))
    for row in missed:
        fights = words("calibrate.conflict", other=row["conflicts_with"]) if row["conflicts_with"] else ""
        print(words("calibrate.missed", id=row["id"], value=row["p50"], low=row["low"], high=row["high"]) + fights)
    print(words("calibrate.kept", draws=len(kept_members(fit)), parameters=len(shipped_parameters(fit))))
