"""The fit: from priors to a posterior, with the patterns whose use is ``calibrate`` and with nothing else."""
