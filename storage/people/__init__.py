"""Persons, accounts, roles, what they may see, visitors, links."""
