"""The database: opening, migrating, bulk writes, prepared statements."""
