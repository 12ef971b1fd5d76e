"""Which span a span of time is compared with (同比, 环比)."""

from dataclasses import dataclass
from datetime import date, timedelta

from nlp.times.periods import Period

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Spans:
    """A span as far as it has gone, and the one of the same length beside which it is put."""

    since: date
    until: date
    then_since: date
    then_until: date


def other_span(period: Period, compare: str, today: date) -> Spans:
    """Give the same days a year ago (`year`), or of the span before (`before`)."""
    until = max(min(period.until, today + timedelta(days=1)), period.since)
    whole = period.until.day == 1 and period.since.day == 1
    months = (period.until.year - period.since.year) * _MONTHS + period.until.month - period.since.month
    if compare == "year":
        back = _MONTHS
    elif whole:
        back = months
    else:
        length = until - period.since
        return Spans(period.since, until, period.since - length, period.since)
    return Spans(period.since, until, _earlier(period.since, back), _earlier(until, back))


def _earlier(day: date, months: int) -> date:
    number = day.year * _MONTHS + day.month - 1 - months
    first = date(number // _MONTHS, number % _MONTHS + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day.day - 1), last)
