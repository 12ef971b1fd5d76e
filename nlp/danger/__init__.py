"""Whether a message tells of danger now: learned from what people say, so that no alarm needs the words we thought of."""
