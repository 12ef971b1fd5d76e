"""How far a text is read: for its meaning only the opening, for danger and secrets all of it, piece by piece."""

from collections.abc import Iterator

MEANING = 1_000
"""Characters in which everybody has said what it is about; what follows is kept for people to read."""


def opening(text: str) -> str:
    """Give the part of a text that is read for what it means."""
    return text[:MEANING]


def overlapping(text: str, size: int, overlap: int) -> Iterator[tuple[int, str]]:
    """Give a text whole, in pieces of one size with the place where each begins.

    What is not longer than the overlap stands whole in one of them.
    """
    if not 0 <= overlap < size:
        raise ValueError(f"pieces of {size} cannot overlap by {overlap}")
    start = 0
    yield start, text[:size]
    while start + size < len(text):
        start += size - overlap
        yield start, text[start : start + size]
