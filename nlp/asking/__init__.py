"""Questions about figures and activities."""
