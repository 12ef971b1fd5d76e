"""The running process: edges and wiring; it decides nothing."""

__version__ = "0.1.0"
