"""What staff and departments type: the routes of 帮助, and what becomes of a line that is no command."""
