"""What the bot does, for a message or for a tick."""
