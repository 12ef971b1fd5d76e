"""Voters meet deputies: stations, bookings, visiting times."""
