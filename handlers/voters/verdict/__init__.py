"""Whether it is really solved: verdicts and what follows them."""
