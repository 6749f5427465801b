"""Trials in silico: an evaluation inside the model, what it would see, what is true, how large it must be."""
