"""What the day brings by itself: 今日 and what is due daily."""
