"""People around a station: who comes, who wants to be called, who could not be reached, who is frozen."""
