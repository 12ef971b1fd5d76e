"""What a voter sees and does with their own cases and data."""
