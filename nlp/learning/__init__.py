"""Learning the topics anew from examples, and measuring it."""
