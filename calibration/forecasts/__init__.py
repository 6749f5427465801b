"""Forecasts with a date: frozen once, and scored when the figures come."""
