"""The stored rows of a pack to the frozen district that handlers see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from sqlalchemy.orm import Session

from handlers.calendar.holidays import Calendar
from handlers.district import records
from handlers.district.account_replies import load_account_replies
from handlers.district.checks import faults_of_text
from handlers.district.district import District
from handlers.district.insiders import insiders_of
from handlers.district.pack import USUAL_KINDS, ActivityKind, Area, Deputy, Station
from handlers.district.settings_file import settings_from_rows
from handlers.district.sheets import SETTINGS_SHEET, Row
from handlers.district.store import load_sheets, load_version, rows_of
from nlp.places.places import Gazetteer, Place
from nlp.places.regions import NearestIndex
from nlp.topics.lexicon import Lexicon, Term, Topic, build_lexicon
from nlp.topics.linear import shipped_weights

SHORTEST_NAME = 2


def load_district(session: Session) -> District:
    """Build the district that is stored now."""
    # The version first: rows that change meanwhile make the snapshot look old, and it is loaded again.
    version = load_version(session)
    district = _built(tuple(load_sheets(session).items()))
    return replace(district, version=version, account=load_account_replies(session))


# A version may change with no row of the pack (a menu was imported): then all is there already.
@lru_cache(maxsize=1)
def _built(sheets: tuple[tuple[str, str], ...]) -> District:
    return build_district(rows_of(dict(sheets)), version=0)


def build_district(rows: Mapping[str, Sequence[Row]], version: int) -> District:
    """Build the district of one version from the rows that `load_rows` or `read_pack` gives."""
    settings = settings_from_rows(rows.get(SETTINGS_SHEET, ()))
    areas = {row["key"]: records.area(row, settings.datum) for row in rows.get("areas", ())}
    stations = {row["key"]: records.station(row, settings.datum) for row in rows.get("stations", ())}
    roster = [records.deputy(row) for row in rows.get("deputies", ())]
    deputies = {deputy.key: deputy for deputy in roster if deputy.active}
    named = [records.place(row, settings.datum, areas) for row in rows.get("places", ())]
    places = {place.key: place for place in (*_areas_as_places(areas.values()), *named)}
    topics = [records.topic(row) for row in rows.get("topics", ())]
    return District(
        settings=settings,
        areas=areas,
        stations=stations,
        deputies=deputies,
        staff={row["key"]: records.staff_member(row) for row in rows.get("staff", ())},
        departments={row["key"]: records.department(row) for row in rows.get("departments", ())},
        places=places,
        topics={topic.key: topic for topic in topics},
        lexicon=_lexicon(tuple(topics), tuple(records.term(row) for row in rows.get("lexicon", ()))),
        gazetteer=Gazetteer(places.values(), around=(settings.city, settings.name)),
        rules=tuple(records.duty_rule(row) for row in rows.get("duty_rules", ()) if row["active"] == "yes"),
        calendar=Calendar(_holidays(rows.get("holidays", ()))),
        texts=_texts(rows.get("texts", ())),
        retention=tuple(records.retention_rule(row) for row in rows.get("retention", ())),
        activities=_kinds(rows.get("activities", ())),
        campaigns=tuple(records.campaign(row) for row in rows.get("campaigns", ())),
        replies=tuple(records.canned_reply(row) for row in rows.get("replies", ())),
        version=version,
        _deputies_by_station=_by_station(deputies.values()),
        _station_by_area=_by_area(stations.values()),
        insiders=insiders_of(rows, settings.desk_name),
        _station_by_industry=_by_industry(stations.values(), deputies.values()),
        _nearest_place=NearestIndex(named),
    )


def _kinds(rows: Sequence[Row]) -> dict[str, ActivityKind]:
    """Give the kinds of activities; a pack of an earlier release has none of its own."""
    kinds = [records.activity_kind(row) for row in rows] or USUAL_KINDS
    return {kind.key: kind for kind in kinds}


def _areas_as_places(areas: Iterable[Area]) -> list[Place]:
    """People name streets and communities too; the district itself says nothing about where."""
    return [
        Place(key=area.key, name=area.name, kind=area.kind, area=area.key, parent=area.parent)
        for area in areas
        if area.kind != "district"
    ]


def _by_station(deputies: Iterable[Deputy]) -> dict[str, tuple[Deputy, ...]]:
    own: dict[str, list[Deputy]] = {}
    helping: dict[str, list[Deputy]] = {}
    for deputy in deputies:
        for index, station in enumerate(deputy.stations):
            (helping if index else own).setdefault(station, []).append(deputy)
    return {key: (*own.get(key, ()), *helping.get(key, ())) for key in own.keys() | helping.keys()}


def _by_area(stations: Iterable[Station]) -> dict[str, Station]:
    """Give each area the first station that serves it; an industry station serves a trade, not an area."""
    found: dict[str, Station] = {}
    for station in stations:
        if station.kind != "industry" and station.area:
            found.setdefault(station.area, station)
    return found


def _by_industry(stations: Iterable[Station], deputies: Iterable[Deputy]) -> dict[str, Station]:
    """Give each trade the first of its stations that is open and has deputies."""
    served = {key for deputy in deputies for key in deputy.stations}
    found: dict[str, Station] = {}
    for station in stations:
        if station.industry and station.active and station.key in served:
            found.setdefault(station.industry, station)
    return found


def _texts(rows: Sequence[Row]) -> dict[str, str]:
    """Leave out what suited an earlier release only: our own sentence is better than a gap nobody fills."""
    return {row["key"]: row["text"] for row in rows if not any(faults_of_text(row))}


# A district is loaded anew whenever any row changes; its words seldom do, and take longest.
@lru_cache(maxsize=2)
def _lexicon(topics: tuple[Topic, ...], terms: tuple[Term, ...]) -> Lexicon:
    return build_lexicon(topics, terms, shipped_weights())


def _holidays(rows: Sequence[Row]) -> dict[date, tuple[str, str]]:
    return {date.fromisoformat(row["date"]): (row["kind"], row["name"]) for row in rows}
