"""Fitting the model to what is known."""
