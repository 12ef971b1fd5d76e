"""The command lianxinqiao and all that stands behind it."""
