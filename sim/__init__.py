"""The model: what exists, what acts, one month at a time. Knows nothing of batches, files or screens."""
