"""A voter's words become a case: filed, joined, urgent, several at once, or none."""
