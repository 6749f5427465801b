"""Who lives there: columns, synthesis, the past, demography."""
