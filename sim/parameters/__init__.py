"""Parameters: one TOML file per mechanism; every number has a unit, a source, a grade and a doubt."""

from sim.parameters.loader import (
    Parameter,
    ParameterError,
    ParameterSet,
    declared_parameters,
    load_parameters,
)

__all__ = ["Parameter", "ParameterError", "ParameterSet", "declared_parameters", "load_parameters"]
