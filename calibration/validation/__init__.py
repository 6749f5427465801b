"""Validation: the model beside what it never saw. Nothing here may be imported by the fit."""
