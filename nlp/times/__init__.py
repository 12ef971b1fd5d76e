"""Dates, spans, clock times."""
