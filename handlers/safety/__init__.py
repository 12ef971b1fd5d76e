"""What may leave the house: one gate between people's words and whatever others read."""
