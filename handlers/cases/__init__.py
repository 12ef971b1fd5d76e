"""What happens to a case whoever does it: found, stepped on, handed over, paused, reopened, told about."""
