"""The demo: a district on this machine, its story, and a bad day."""
