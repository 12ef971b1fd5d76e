"""The people and bodies of the house as a roster lists them, and whether words accuse one of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from nlp.accusing.nicknames import surname_of
from nlp.accusing.reader import Reader, Whom
from nlp.accusing.tokens import BYNAME, DEPARTMENT, DESK, NAME, NICK, STATION, STREET
from nlp.alarms.nuisance import ABUSE, nuisance
from nlp.text.fold import fold

Row = Mapping[str, str]
_REMEMBERED = 64
_FEW = 12
"""Letters."""
_HOUSE_WORDS = frozenset(
    {"区人大", "人大办", "人大常委会", "代表工委", "代工委", "人代工委", "人大代表工委", "人大工委"}
)
_DESK_KEY = "desk"
_BELOW = "below"
_NAMING_IS_ENOUGH = frozenset({"suicide", "violence", "threat"})
"""Dangers that somebody drives people into: whoever is named in such words must not be the one who is told of them."""
_ONLY_IF_CLEAR = frozenset({"medical", "fire", "gas", "drowning", "rescue", "missing", "collapse"})
"""Dangers in which people of the house may be themselves: only what is beyond doubt keeps it from them."""


@dataclass(frozen=True, slots=True)
class Accusation:
    """What words say against somebody of the house."""

    who: frozenset[str]
    """Whom: `staff:T001`, `deputy:D001`, `station:S004`, `street:liuyin`, `department:housing`, `desk`;
    `below` where nobody can be told apart. Never empty."""
    clear: bool
    """Nobody would doubt it; else a person looks whether it is one."""


@dataclass(frozen=True, slots=True)
class _Member:
    key: str
    name: str
    bodies: frozenset[str]


class Insiders:
    """Built once for a version of the roster; remembers what it read last, as one message is asked about more than once."""

    def __init__(
        self,
        members: Sequence[_Member],
        bodies: Mapping[str, tuple[str, frozenset[str]]],
        more: Mapping[str, str] | None = None,
    ) -> None:
        """`bodies`: each name of a body with its kind and its keys; `more`: the district's own words with their kinds."""
        self._members = members
        self._bodies = bodies
        self._reader = Reader(
            (member.name for member in members), {word: kind for word, (kind, _) in bodies.items()}, more
        )
        self._read = lru_cache(maxsize=_REMEMBERED)(self._accuses)

    def accuses(self, text: str, urgency: str = "") -> Accusation | None:
        """Tell whether words accuse one of them; `urgency`: the danger of which these words tell."""
        found = self._read(text)
        if urgency in _ONLY_IF_CLEAR:
            return found if found is not None and found.clear else None
        if found is None and text and urgency in _NAMING_IS_ENOUGH:
            named = self._reader.named(text)
            return Accusation(self._who(named), clear=False) if named else None
        return found

    def _accuses(self, text: str) -> Accusation | None:
        found = self._reader.read(text) if text else None
        if found is None:
            return None
        who = self._who(found.whom)
        # A few hard words at everybody and nobody are anger, and no complaint about anyone.
        anger = (found.guessed and len(text) <= _FEW) or nuisance(fold(text)) == ABUSE
        if who == {_BELOW} and anger:
            return None
        return Accusation(who, found.clear)

    def _who(self, found: Iterable[Whom]) -> frozenset[str]:
        """Give whom it means; where nobody can be told apart, everybody below the district office may be meant."""
        return frozenset(key for whom in found for key in self._keys(whom)) or frozenset({_BELOW})

    def _keys(self, whom: Whom) -> frozenset[str]:
        bodies = self._body_keys(whom)
        names = set(whom.words(NAME))
        if named := {member.key for member in self._members if fold(member.name) in names}:
            return frozenset(named)
        surnames = {self._reader.surname(nick) for kind in (NICK, BYNAME) for nick in whom.words(kind)}
        called = [member for member in self._members if surname_of(member.name) in surnames]
        here = {member.key for member in called if not bodies or member.bodies & bodies}
        # Whoever is meant by an office of a body is one of its people, so all of them are kept from it.
        return frozenset(here) | bodies

    def _body_keys(self, whom: Whom) -> frozenset[str]:
        keys = {
            key
            for kind in (STATION, STREET, DEPARTMENT, DESK)
            for word in whom.words(kind)
            for key in self._bodies[word][1]
        }
        if any(word in _HOUSE_WORDS for word in whom.words("house")):
            keys.add(_DESK_KEY)
        return frozenset(keys)


def insiders_of(rows: Mapping[str, Sequence[Row]], desk_name: str) -> Insiders:
    """Read the sheets of a pack: staff, deputies, stations, areas, departments, and the words of its own."""
    bodies: dict[str, tuple[str, frozenset[str]]] = {}
    for word, kind, key in _body_names(rows, desk_name):
        if word:
            known = bodies.get(fold(word))
            bodies[fold(word)] = (known[0], known[1] | {key}) if known else (kind, frozenset({key}))
    more = tuple((fold(row["word"]), row["kind"]) for row in rows.get("insider_words", ()))
    return _built(tuple(_listed(rows)), tuple(sorted(bodies.items())), more)


def _listed(rows: Mapping[str, Sequence[Row]]) -> Iterator[_Member]:
    for row in rows.get("staff", ()):
        yield _Member(f"staff:{row['key']}", row["name"], frozenset({_body_of(row["role"], row["area"])}))
    for row in rows.get("deputies", ()):
        stations = frozenset(f"station:{key}" for key in row["stations"].split(";") if key)
        yield _Member(f"deputy:{row['key']}", row["name"], stations)


def _body_names(rows: Mapping[str, Sequence[Row]], desk_name: str) -> Iterator[tuple[str, str, str]]:
    """Give each name that people have for a body, its kind and its key."""
    for row in rows.get("departments", ()):
        for word in (row["name"], row["short"], *row["aliases"].split(";")):
            yield word, DEPARTMENT, f"department:{row['key']}"
    areas = {row["key"]: row for row in rows.get("areas", ())}
    for row in rows.get("stations", ()):
        for word in _station_names(row["name"], areas.get(row["area"], {}).get("name", "")):
            yield word, STATION, f"station:{row['key']}"
    for row in areas.values():
        if row["kind"] in {"street", "town"}:
            for ending in ("", "办", "办事处", "工委", "人大工委", "政府", "人大主席团"):
                yield row["name"] + ending, STREET, f"street:{row['key']}"
    for word in (desk_name, *_HOUSE_WORDS):
        yield word, DESK, _DESK_KEY


# A district is loaded anew whenever any row changes; its people seldom do.
@lru_cache(maxsize=2)
def _built(
    members: tuple[_Member, ...],
    bodies: tuple[tuple[str, tuple[str, frozenset[str]]], ...],
    more: tuple[tuple[str, str], ...],
) -> Insiders:
    return Insiders(members, dict(bodies), dict(more))


def _body_of(role: str, area: str) -> str:
    if role == "district":
        return _DESK_KEY
    return f"{'department' if role == 'head' else role}:{area}"


def _station_names(name: str, area: str) -> set[str]:
    """Give how people call a station: `东苑社区联络站`, `东苑站`, `东苑联络站`."""
    found = {name}
    for whole in (name.removesuffix("联络站").removesuffix("代表"), area):
        if whole:
            short = whole.removesuffix("社区").removesuffix("街道").removesuffix("村")
            found |= {
                f"{stem}{ending}"
                for stem in (whole, short)
                for ending in ("站", "联络站", "代表联络站", "人大代表联络站")
            }
    return {each for each in found if len(each) > 2}  # noqa: PLR2004 -- a name of one letter and 站 says nothing
