"""All sheets of a pack, in the order in which they are read, stored and written."""

from handlers.district import sheets

SHEETS = (
    sheets.AREAS,
    sheets.STATIONS,
    sheets.DEPUTIES,
    sheets.STAFF,
    sheets.DEPARTMENTS,
    sheets.PLACES,
    sheets.TOPICS,
    sheets.LEXICON,
    sheets.DUTY_RULES,
    sheets.HOLIDAYS,
    sheets.TEXTS,
    sheets.REPLIES,
    sheets.RETENTION,
    sheets.ACTIVITIES,
    sheets.CAMPAIGNS,
    sheets.INSIDER_WORDS,
)

BY_NAME = {sheet.name: sheet for sheet in SHEETS}
