"""What happens when a department does not answer: nags, then questions to the desk, and only by its hand the head and the leader."""
