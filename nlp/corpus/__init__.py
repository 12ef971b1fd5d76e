"""What people say to the bot, as invented by many writers, with what was meant: examples that models learn from."""
