"""What a report needs to know of two scenarios that were compared, whether just now or from a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from results.codebook import Codebook
    from results.comparison import Run


class Compared(Protocol):
    """Two scenarios with their outcomes and the comparison of them."""

    @property
    def scenario(self) -> str:
        """Id of the scenario."""

    @property
    def reference(self) -> str:
        """Id of what it is compared with."""

    @property
    def areas(self) -> Sequence[str]:
        """Ids of the areas."""

    @property
    def draws(self) -> Sequence[int]:
        """Numbers of the draws that were asked for."""

    @property
    def codebook(self) -> Codebook:
        """Names, units, directions."""

    @property
    def table(self) -> pd.DataFrame:
        """The comparison, in the columns of the contracts."""

    @property
    def outcomes(self) -> pd.DataFrame:
        """The rows of the outcome table that a report is made of."""

    @property
    def failed(self) -> Sequence[Run]:
        """Runs that failed; their pairs count nowhere."""
