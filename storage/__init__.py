"""The durable record; one module of functions per noun."""
