"""Cases themselves: rows, numbers, search, lists, alarms, whom they accuse."""
