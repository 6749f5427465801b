"""Tables that came out: store, comparison, codebook. Knows no model."""
