"""Papers in chat: asked for, drafted, checked, issued, and sheets that come back."""
