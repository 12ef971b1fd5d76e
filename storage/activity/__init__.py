"""Activities, occasions, attendance, bookings."""
