"""What is said unasked: on which way, at which time, with which question."""
