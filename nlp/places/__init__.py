"""Names of places: the table, slips, roles, geometry, what can be a place at all."""
