"""Papers as files: what goes into each, and how it is set."""
