"""``wijklab report``: everything a comparison says, as one page that stands on its own."""
