"""Makes the packaged decision: ``python -m calibration.decisions``, some ten minutes on two processors.

What is finished is kept under ``output/decisions`` and not repeated.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from calibration.decisions import packaged, study
from calibration.groups import source_of_draws
from calibration.kept_tables import teller, write_table
from scenarios.catalogue import load_scenario
from scenarios.design import Design, numbered_draws
from scenarios.posterior import shipped_draws
from sim.fingerprint import fingerprint

AREAS = ("vlaardingen-westwijk", "heerlen-noord")
"""A small and a middling one, of two kinds of municipality."""

YEARS = 20
SAMPLE = 0.1
DRAWS = 32


def main(given: Sequence[str] | None = None) -> None:
    """Command line of this module."""
    parser = argparse.ArgumentParser(prog="python -m calibration.decisions", description=__doc__)
    parser.add_argument("--areas", default=",".join(AREAS), help="areas, with commas")
    parser.add_argument("--years", type=int, default=YEARS, help=f"years (default {YEARS})")
    parser.add_argument("--sample", type=float, default=SAMPLE, help=f"share of the streets (default {SAMPLE})")
    parser.add_argument("--draws", type=int, default=DRAWS, help=f"draws (default {DRAWS})")
    parser.add_argument("--workers", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--to", type=Path, default=None, help="folder of the tables (default: the package)")
    asked = parser.parse_args(given)
    areas = tuple(asked.areas.split(","))
    made_with = f"{fingerprint()[:16]}-{source_of_draws()}"
    settings = f"{'-'.join(areas)}-{asked.years}-{asked.sample:g}-{asked.draws}"
    folder = Path("output") / "decisions" / made_with / settings
    scenario, reference = load_scenario(packaged.SCENARIO), load_scenario(packaged.REFERENCE)
    draws = numbered_draws(asked.draws)
    like = Design(
        (scenario, reference),
        reference.id,
        areas,
        draws,
        (1,),
        asked.sample,
        asked.years,
        drawn=shipped_draws(draws, areas),
    )
    made = study.designs(like)
    over_draws = study.run_draws(made[study.DRAWS](), folder / study.DRAWS, asked.workers, teller(study.DRAWS))
    write_table(
        packaged.CHOICE, packaged.choice_rows(over_draws, asked.years, asked.sample, areas), asked.to
    )  # fmt: skip
    write_table(packaged.KNOWING, packaged.knowing_rows(over_draws), asked.to)
    apart = study.run_structure(made[study.STRUCTURE](), folder / study.STRUCTURE, asked.workers, teller("structure"))
    write_table(packaged.WORLDS, packaged.worlds_rows(apart), asked.to)
    more = {
        area: study.run_next(reference, area, like, folder / f"{study.NEXT}-{area}", asked.workers, teller(area))
        for area in areas
    }
    write_table(packaged.NEXT, packaged.next_rows(more, reference.id), asked.to)


if __name__ == "__main__":
    main()
