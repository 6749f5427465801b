"""Tables of a store as files for other programs: csv, Parquet, Excel, SPSS, Stata."""

from results.export.errors import ExportError
from results.export.exporting import export
from results.export.safe_text import original

__all__ = ["ExportError", "export", "original"]
