"""Letters and pairs of letters of a text, found in a few steps for the whole text, however many a model knows."""

from collections.abc import Sequence
from math import log

import numpy as np
import numpy.typing as npt

OPENING = 50
"""Letters at the start of a message, whose pieces count more: there it states its subject."""
MOST_PIECES = 32_000
"""Two bytes hold the number of a piece and whether it stands in the opening."""

Numbers = npt.NDArray[np.intp]
Values = npt.NDArray[np.float32]

_LETTERS = 1 << 16
_MOST_COUNTED = 1_024
_SAID = np.array([0.0, *(1 + log(count) for count in range(1, _MOST_COUNTED))], np.float32)
"""What a piece counts that is said so many times: twice is not twice as much."""
_ENCODING = "utf-32-le"


def codes_of(text: str) -> npt.NDArray[np.uint32]:
    """Give the number of each letter; letters beyond the usual plane are all the same."""
    codes = np.frombuffer(text.encode(_ENCODING, "surrogatepass"), np.uint32)
    return np.minimum(codes, _LETTERS - 1)


class Pieces:
    """Known pieces of one or two letters, numbered from 1; number 0 is everything unknown."""

    def __init__(self, known: Sequence[str]) -> None:
        if len(known) > MOST_PIECES:
            raise ValueError(f"{len(known)} pieces are more than {MOST_PIECES}")
        letters = sorted({letter for piece in known for letter in piece})
        self._letter = np.zeros(_LETTERS, np.uint16)
        for number, letter in enumerate(letters, start=1):
            self._letter[codes_of(letter)[0]] = number
        # Only the pages of the table that hold a pair take memory.
        self._single = np.zeros(len(letters) + 1, np.uint16)
        self._pair = np.zeros((len(letters) + 1, len(letters) + 1), np.uint16)
        for number, piece in enumerate(known, start=1):
            places = self._letter[codes_of(piece)]
            if len(piece) == 1:
                self._single[places[0]] = number
            else:
                self._pair[places[0], places[1]] = number

    def at_each_letter(self, text: str) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16]]:
        """Give the number of the letter at each place, and of the pair that begins there."""
        letters = self._letter[codes_of(text)]
        return self._single[letters], self._pair[letters[:-1], letters[1:]]

    def read(self, text: str) -> tuple[Numbers, Values]:
        """Give each piece of a text once, and how much it counts."""
        single, pair = self.at_each_letter(text)
        keys = np.concatenate((single, pair))
        keys <<= 1
        # The last bit tells what stands after the opening, so that sorting brings the earlier one to the front.
        keys[OPENING : len(single)] += 1
        keys[len(single) + OPENING - 1 :] += 1
        keys.sort()
        numbers = keys >> 1
        starts = np.flatnonzero(numbers[1:] != numbers[:-1])
        starts += 1
        ends = np.append(starts, len(numbers))
        starts = np.concatenate((_FIRST, starts))
        first = keys[starts]
        times = ends - starts
        counts = _SAID[times if len(keys) < _MOST_COUNTED else np.minimum(times, _MOST_COUNTED - 1)]
        counts += (first & 1) == 0
        return (first >> 1).astype(np.intp), counts


_FIRST = np.zeros(1, np.intp)
