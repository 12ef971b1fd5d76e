"""A case on its way to departments and back: terms, units, helpers, answers and their review."""
