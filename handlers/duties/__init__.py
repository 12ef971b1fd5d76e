"""Duty days: when they are, who is reminded, who came."""
