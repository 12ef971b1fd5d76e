"""The way of a message: the hot lane in batches, the cold lane one by one, and what is put aside."""
