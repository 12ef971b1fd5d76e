"""The nouns of a district pack as frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from nlp.places.geo import Coordinate
from nlp.places.regions import Boundary

AREA_KINDS = ("district", "street", "town", "community", "village", "grid")
STATION_KINDS = ("street", "community", "industry")
STAFF_ROLES = ("station", "street", "district", "operator", "department", "head", "leader")
DEPUTY_LEVELS = ("全国", "省", "市", "区", "县", "乡镇")
WHAT = ("contact", "words", "attachments", "speaker", "archive")
"""What goes after its time: who told it, what was written, pictures and voices, months taken out of the database."""
FEWEST_MONTHS = 3
DATUMS = ("gcj02", "wgs84")


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionRule:
    """So many months after a case of a category has ended, something of it goes."""

    category: str
    """`*` where no row names the category."""
    what: str
    months: int


COUNTED = ("people", "times", "things")
"""What the figure of a kind of activity may count: who came, how often it was held, what was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityKind:
    """A kind of activity that stations write down (活动台账)."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    counts: tuple[str, ...] = ("times",)
    """What its figure is made of, the foremost first: out of COUNTED."""
    units: tuple[str, ...] = ("次",)
    """In what each of them is counted."""
    receives: bool = False
    """Voters come to it: those who had booked or were entered by 代录 belong to its figure."""


USUAL_KINDS = (
    ActivityKind(
        key="reception",
        name="接待选民",
        aliases=("接待群众", "接待"),
        counts=("people",),
        units=("人次",),
        receives=True,
    ),
    ActivityKind(key="inspection", name="视察调研", aliases=("视察", "调研", "走访")),
    ActivityKind(key="deed", name="办实事", aliases=("实事", "好事"), counts=("things",), units=("件次",)),
    ActivityKind(
        key="deliberation",
        name="议政活动",
        aliases=("议政", "议政会"),
        counts=("times", "people", "things"),
        units=("场", "人次", "条建议"),
    ),
)
"""The kinds of a pack that names none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A period with a name (主题活动), for which figures can be asked by that name."""

    key: str
    name: str
    since: date
    until: date
    """The last day of it."""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A street, town, community, village or grid, and the area it lies in."""

    key: str
    name: str
    kind: str
    parent: str = ""
    """Key of the area around it; empty means the district itself."""
    boundary: Boundary | None = None
    """Its outline in GCJ-02, where the district has drawn one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A liaison station, the place where voters find their deputies."""

    key: str
    name: str
    kind: str
    area: str = ""
    """Key of the community or street it serves; empty for an industry station of the whole district."""
    street: str = ""
    """Key of the street whose committee looks after it."""
    address: str = ""
    longitude: float | None = None
    latitude: float | None = None
    hours: str = ""
    phone: str = ""
    speciality: str = ""
    industry: str = ""
    """The trade of an industry station, as topics name it: `教育`."""
    room: str = ""
    """The room in which deputies receive voters."""
    features: tuple[str, ...] = ()
    active: bool = True
    """Off while the station is closed or moves; its street takes its cases meanwhile."""

    @property
    def point(self) -> Coordinate | None:
        if self.longitude is None or self.latitude is None:
            return None
        return Coordinate(self.longitude, self.latitude)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputy:
    """A deputy on the roster; the first station is their own, others are where they also help."""

    key: str
    name: str
    level: str
    stations: tuple[str, ...] = ()
    phone: str = ""
    sector: str = ""
    active: bool = True

    @property
    def roster_key(self) -> str:
        return f"deputy:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Someone who works at a station, for a street committee, in the district office, or on the machine."""

    key: str
    name: str
    role: str
    area: str = ""
    """Key of the station or street; empty for the district office and the operator."""
    phone: str = ""

    @property
    def roster_key(self) -> str:
        return f"staff:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A bureau, a street government or a public company that must act on what is referred to it."""

    key: str
    name: str
    short: str = ""
    aliases: tuple[str, ...] = ()
    phone: str = ""
    leader: str = ""
    """Key of the member of staff who is the leader in charge of it (分管领导)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictSettings:
    """What district.toml says; every line may be left out, and what is left out has the value here."""

    name: str = "本区"
    city: str = ""
    account_name: str = "人大代表联络站"
    timezone: str = "Asia/Shanghai"
    datum: str = "gcj02"
    """In which datum the pack's own coordinates are; they are kept as GCJ-02."""
    desk_name: str = "区人大代表工委"
    """The office that takes what no station takes."""
    desk_address: str = ""
    desk_phone: str = ""
    office_hours: str = "周一至周五9:00–17:00"
    look_days: int = 3
    """Within how many working days a person looks (首次回应日期)."""
    answer_days: int = 10
    """Within how many working days a department answers, unless staff set another number (答复期限)."""
    receipt_days: int = 2
    """Within how many working days a department accepts or refuses what was referred to it."""
    nag_percent: int = 70
    """After so much of its days a department is reminded of its answer."""
    desk_after_days: int = 3
    """So many working days after the due day the district desk is asked whether to tell the department's head."""
    leader_after_days: int = 6
    """So many working days after it, once the head was told, whether to tell the leader in charge."""
    supervise_after_days: int = 10
    """So many working days after it the case goes on the supervision list."""
    promise_again_days: int = 2
    """Where nobody answered by the promised day, a new one so many working days ahead is told to the voter."""
    burst_people: int = 5
    """So many voters who tell of one topic at one place within `burst_hours` are a burst: street and district hear of it."""
    burst_hours: int = 24
    alarm_minutes: int = 5
    """So long an alarm waits for 收到 at one level before the next is told as well."""
    alarm_again_minutes: int = 60
    """After all levels were told, all are told again every so many minutes."""
    alarm_join_minutes: int = 30
    """For so long the same danger at the same place, told by one account, is one alarm."""
    caused_pushes_an_hour: int = 20
    """So many pushes to others one voter causes in an hour; further alarms are told to the district together, once a minute."""
    recheck_percent: int = 10
    """So much of what each department said was solved in a month is proposed for a look on the spot (回头看)."""
    recheck_fewest: int = 2
    """But at least so many of each department."""
    recheck_back_days: int = 90
    """Cases closed longer ago are not drawn by hand any more."""
    recheck_visit_days: int = 5
    """Within how many working days a drawn case is looked at."""
    recheck_metres: int = 500
    """A position further from the place of the case proves nothing."""
    bulletin_total_before: int = 0
    """So many bulletins (民情通报) the district had issued before the bot; the next one takes the number after it."""
    bulletin_year_before: int = 0
    bulletin_number_before: int = 0
    """The number of the last of them, and in which year."""
    handed_over_before: int = 0
    """So many problems were handed over (交还问题) before the bot; they are told beside what is counted."""
    transcribe_days: int = 2
    """Within how many working days a voice message is written down."""
    join_minutes: int = 10
    """For how long pictures and further sentences join the case just filed."""
    quiet_from: time = time(21, 0)
    quiet_to: time = time(7, 30)
    keep_positions: bool = False
    """Whether positions that WeChat reports by itself are kept."""
    election_notice: str = ""
    """What is told to those who ask about the voter roll or an election: period, office, address of a page."""
    hotlines: Mapping[str, str] = field(default_factory=dict)
    """Local numbers by kind (`gas`, `water`, `power` …); the national ones stand in the texts."""


class PackErrors(Exception):  # noqa: N818 -- it carries many errors, never one
    """A pack that cannot be taken; `lines` are sentences for the person who keeps its files."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack without faults: the rows of every sheet, each cell in its one way of writing."""

    rows: Mapping[str, Sequence[Mapping[str, str]]]
    warnings: tuple[str, ...] = ()
    """What may stand but should be looked at."""
