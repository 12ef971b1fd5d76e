"""Whether words accuse somebody of the house, and whom."""
