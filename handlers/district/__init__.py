"""A district as data: its tables read, checked, stored, and built into one frozen snapshot."""
