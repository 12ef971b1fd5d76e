"""Set phrases of chat: answers, verdicts, refusals, greetings, what is asked for."""
