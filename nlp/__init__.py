"""Understands Chinese; no database, no network, no clock."""
