"""Out to the platforms: delivery, what their errors teach, tokens, members, forwarding."""
