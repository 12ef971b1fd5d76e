"""Revisions of the tables, and how the next one is drafted."""
