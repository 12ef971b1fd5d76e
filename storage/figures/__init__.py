"""Counts, reports, bulletins, documents."""
