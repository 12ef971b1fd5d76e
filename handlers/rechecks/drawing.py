"""Drawing lots that anybody can draw again: the same seed and the same numbers give the same cases."""

from collections.abc import Iterable, Mapping
from hashlib import sha256


def chosen(numbers: Iterable[str], count: int, seed: str) -> list[str]:
    """Give so many of the numbers: those whose SHA-256 of `seed/number` comes first."""
    return sorted(numbers, key=lambda number: sha256(f"{seed}/{number}".encode()).hexdigest())[:count]


def share_out(sizes: Mapping[str, int], count: int) -> dict[str, int]:
    """Share a number of lots among units by how many cases each has; as long as it lasts, nobody is left out."""
    total = sum(sizes.values())
    count = min(count, total)
    by_size = sorted((unit for unit, size in sizes.items() if size), key=lambda unit: (-sizes[unit], unit))
    shares = dict.fromkeys(by_size[:count], 1)
    for _ in range(count - len(shares)):
        # To whom most is missing of its part of the whole.
        unit = max(
            (unit for unit in shares if shares[unit] < sizes[unit]),
            key=lambda unit: (count * sizes[unit] / total - shares[unit], unit),
        )
        shares[unit] += 1
    return shares


def monthly(sizes: Mapping[str, int], *, percent: int, fewest: int) -> dict[str, int]:
    """Give how many lots each unit has in a month: a part of its cases, but at least so many."""
    return {unit: min(size, max(fewest, -(-size * percent // 100))) for unit, size in sizes.items() if size}
