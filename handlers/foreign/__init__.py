"""Files that people hand in: read in a process of their own, with an end to its time, memory and room."""
