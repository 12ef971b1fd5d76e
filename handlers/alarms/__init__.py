"""Somebody may be in danger: who hears of it, in which order, and who has said that they have it in hand."""
