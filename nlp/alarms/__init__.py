"""What comes before the topic: danger, despair, courts, elections, what is private, abuse, adverts."""
