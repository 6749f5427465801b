"""Stand-ins for the model: functions of a module, so that they cross to a worker."""

import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from scenarios.design import Task
from scenarios.runs import Failure, Run

BUDGET = "programme.preventie_met_gezag.budget_national"
PERSONS = 1000.0

OUTCOMES = {
    "registered_suspects_12_24_per_10k": (
        "lower",
        False,
        "flow",
        ("verdachten per 10.000", "suspects per 10,000"),
    ),
    "employed_share": ("higher", False, "stock", ("aandeel", "share")),
    "inflow_share": (None, False, "flow", ("aandeel", "share")),
    "new_hardened": ("lower", True, "flow", ("personen", "persons")),
    "programme_euros_budget": (None, True, "flow", ("euro", "euros")),
    "programme_euros_spent": (None, True, "flow", ("euro", "euros")),
    "programme_posts_filled": (None, True, "stock", ("voltijdbanen", "full-time posts")),
    "programme_enrolled": (None, True, "stock", ("personen", "persons")),
}

SECTIONS = {
    "registered_suspects_12_24_per_10k": "crime",
    "employed_share": "work",
    "inflow_share": "housing",
    "new_hardened": "youths",
}
"""The outcome declared last comes under an earlier heading; those of the programme have none."""

SERVICES = {"halt": ("programme_euros_spent", "programme_posts_filled"), "mentoring": ("programme_enrolled",)}


def codebook_outcomes() -> dict[str, dict[str, object]]:
    return {
        name: {
            "short": f"o{number}",
            "name": {"nl": f"{name} (nl)", "en": f"{name} (en)"},
            "unit": {"nl": unit[0], "en": unit[1]},
            "kind": kind,
            "views": ["place"],
            "better": better,
            "total": total,
            "can_be_empty": False,
            "section": SECTIONS.get(name, ""),
        }
        for number, (name, (better, total, kind, unit)) in enumerate(OUTCOMES.items())
    }


def simulate(task: Task) -> list[Run]:
    """Numbers that depend on nothing but the task, with an effect of money that depends on the draw."""
    return [
        Run(scenario.id, task.area, task.draw, task.seed, _rows(task, scenario), 0.001, task.attempt)
        for scenario in task.scenarios
    ]


def _rows(task: Task, scenario) -> list[dict[str, object]]:
    chance = np.random.default_rng([task.seed, task.draw, len(task.area)])
    money = scenario.schedule(task.area).value(BUDGET, scenario.start_month)
    effect = (task.draw - 1) * money / 82e6
    rows = []
    for year in range(2025, 2025 + task.years):
        noise = float(chance.integers(0, 30))
        level = {
            "registered_suspects_12_24_per_10k": (PERSONS * 300 + noise - effect * 100, PERSONS),
            "employed_share": (600.0 + effect, PERSONS),
            "inflow_share": (90.0, PERSONS),
            "new_hardened": (20.0 + noise - effect / 10, 1.0),
            "programme_euros_budget": (money / 100, 1.0),
            "programme_euros_spent": (money / 110, 1.0),
            "programme_posts_filled": (money / 8e6, 1.0),
            "programme_enrolled": (money / 1e6, 1.0),
        }
        for name, (numerator, size) in level.items():
            rows.append(_row(year, "all", name, numerator, size))
        for service, names in SERVICES.items() if "service" in task.groups and money else ():
            rows += [_row(year, f"service:{service}", name, *level[name]) for name in names]
    return rows


def _row(year: int, group: str, name: str, numerator: float, size: float) -> dict[str, object]:
    return {
        "year": year,
        "view": "place",
        "group": group,
        "outcome": name,
        "value": numerator / size,
        "expected": numerator / size,
        "numerator": numerator,
        "denominator": size,
        "expected_numerator": numerator,
    }


def failing(task: Task) -> list[Run]:
    """Draw 2 fails with an error that nobody caught, draw 3 as a failure of one scenario."""
    if task.draw == 2:
        raise ZeroDivisionError("draw 2 divides by zero")
    runs = simulate(task)
    if task.draw == 3:
        lost = runs[0]
        failure = Failure("outcomes", "ValueError", "nothing to count", "trace")
        runs[0] = Run(lost.scenario, lost.area, lost.draw, lost.seed, (), 0.1, 1, failure)
    return runs


def dying(task: Task) -> list[Run]:
    """The worker of draw 2 is killed every time."""
    if task.draw == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate(task)


def dying_once(task: Task) -> list[Run]:
    """The worker of draw 2 is killed the first time."""
    if task.draw == 2 and task.attempt == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return simulate(task)


def threads(task: Task) -> list[Run]:
    """The run says which setting for threads its process found."""
    name = os.environ.get("OPENBLAS_NUM_THREADS", "none")
    return [Run(name, task.area, task.draw, task.seed, (), 0.0)]


def slow(task: Task) -> list[Run]:
    """Draw 1 is quick, the others take very long."""
    if task.draw > 1:
        time.sleep(600)
    return simulate(task)


def interrupted(task: Task) -> list[Run]:
    """Somebody presses Ctrl-C in draw 2."""
    if task.draw == 2:
        raise KeyboardInterrupt
    return simulate(task)


def announcing(task: Task) -> list[Run]:
    """Like slow, but leaves a mark when draw 1 is finished."""
    if task.draw == 1:
        Path(os.environ["WIJKLAB_TEST_MARK"]).touch()
    return slow(task)


def counting(task: Task) -> list[Run]:
    """Leaves a line per run in a file, so that a run that is repeated can be seen."""
    with Path(os.environ["WIJKLAB_TEST_COUNT"]).open("a", encoding="utf-8") as file:
        file.writelines(f"{run}\n" for run in task.runs)
    time.sleep(float(os.environ.get("WIJKLAB_TEST_PAUSE", "0")))
    return simulate(task)


def choosing(task: Task) -> list[Run]:
    """Like counting, but some draws go wrong, as a file says: one line per draw, ``DRAW KIND``."""
    runs = counting(task)
    for line in Path(os.environ["WIJKLAB_TEST_WRONG"]).read_text(encoding="utf-8").splitlines():
        draw, kind = line.split()
        if task.draw == int(draw):
            _go_wrong(kind)
    return runs


def _go_wrong(kind: str) -> None:
    if kind == "memory":
        raise MemoryError("no room for a world")
    if kind == "odd":
        raise OddError("nl", "en")
    if kind == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "crashed":
        os._exit(7)
    raise ValueError("draw went wrong")


class OddError(Exception):
    """An error that cannot be made again from what is pickled of it, as many are."""

    def __init__(self, dutch: str, english: str) -> None:
        super().__init__(f"{dutch} and {english}")


def waiting(task: Task) -> list[Run]:
    """Draw 1 is quick; the others leave a mark with their process and wait until somebody lets them go."""
    if task.draw > 1:
        marks = Path(os.environ["WIJKLAB_TEST_MARKS"])
        (marks / str(os.getpid())).touch()
        while not (marks / "go").exists():
            time.sleep(0.02)
    return counting(task)


def tiny(task: Task) -> list[Run]:
    """One row per run, for batches of very many."""
    row = _row(2025, "all", "employed_share", 600.0 + task.draw % 7, PERSONS)
    return [Run(each.id, task.area, task.draw, task.seed, (row,), 0.0, task.attempt) for each in task.scenarios]


def heavy(task: Task) -> list[Run]:
    """Like tiny, with three hundred rows a run."""
    row = _row(2025, "all", "employed_share", 600.0, PERSONS)
    rows = [{**row, "group": f"wijk:{number}"} for number in range(300)]
    return [Run(each.id, task.area, task.draw, task.seed, rows, 0.0, task.attempt) for each in task.scenarios]


def other_numbers(task: Task) -> list[Run]:
    """What another machine might make of it: the last bit of a number differs."""
    runs = simulate(task)
    return [replace(run, rows=[{**row, "value": np.nextafter(row["value"], 1e9)} for row in run.rows]) for run in runs]


def odd_rows(task: Task) -> list[Run]:
    """The reference forgets a column."""
    runs = simulate(task)
    less = [{name: value for name, value in row.items() if name != "denominator"} for row in runs[-1].rows]
    return [*runs[:-1], replace(runs[-1], rows=less)]
