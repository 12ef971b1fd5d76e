"""A text is read whole in pieces, and nothing short is cut in two."""

import pytest

from nlp.text.reach import MEANING, opening, overlapping

_TEXT = "".join(chr(0x4E00 + place) for place in range(2_345))


@pytest.mark.parametrize("length", [0, 1, 99, 100, 101, 180, 181, 1_000, 2_345])
def test_every_short_part_of_a_text_stands_whole_in_one_piece(length: int) -> None:
    text = _TEXT[:length]
    pieces = list(overlapping(text, 100, 20))

    assert all(text[start : start + 100] == piece for start, piece in pieces)
    assert "".join(piece[20 if start else 0 :] for start, piece in pieces) == text
    assert all(
        any(text[place : place + 20] in piece for _, piece in pieces) for place in range(max(1, length - 19))
    )


def test_no_piece_holds_only_what_the_piece_before_held() -> None:
    assert [start for start, _ in overlapping("路" * 180, 100, 20)] == [0, 80]


@pytest.mark.parametrize(("size", "overlap"), [(10, 10), (10, -1), (0, 0)])
def test_pieces_that_would_never_end_are_refused(size: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="cannot overlap"):
        list(overlapping("路灯坏了", size, overlap))


def test_the_opening_is_what_is_read_for_meaning() -> None:
    assert opening(_TEXT) == _TEXT[:MEANING]
