"""Who takes a message: routes, open questions, the hot and the cold lane."""
