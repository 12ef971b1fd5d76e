"""Keeping the data: archive, audit, backup, restore, erasing, sweeps."""
