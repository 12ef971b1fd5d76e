"""What a voter corrects about a case."""
