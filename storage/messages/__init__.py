"""Messages in and pushes out, their ways, questions, quotas."""
