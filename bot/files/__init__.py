"""Files: attachments in, papers out, in bounded processes."""
