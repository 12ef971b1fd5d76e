"""What voters may do in chat."""
