"""接待公告: the notice of the next reception, to print and post: one page for a station, a table for many."""

from sqlalchemy.orm import Session

from handlers import wording
from handlers.context import World
from handlers.duties.forms import hours
from handlers.duties.receptions import receptions_ahead
from handlers.papers import official
from handlers.papers.paper import Paper, Render, compact
from storage.figures.documents import Wanted

_MANY_WIDTHS = (46, 50, 60)


def make_notice(_session: Session, world: World, wanted: Wanted) -> Render:
    """Write the next receptions of the stations that were asked for."""
    stations = [
        world.district.stations[key] for key in wanted.params["stations"] if key in world.district.stations
    ]
    ahead = [(station, found[0]) for station in stations if (found := receptions_ahead(station, world, 1))]
    say, day = world.texts, min(each.event.day for _, each in ahead)
    same = [(station, each) for station, each in ahead if each.event.day == day]
    station, first = same[0]
    when = f"{wording.day(day)}{hours(first.event.rule)}"

    def render() -> Paper:
        paper = official.new_paper(wanted.asked_at, say("notice_title"))
        official.title(paper, say("notice_title"))
        official.text(paper, say("notice_lead", when=when))
        if len(same) == 1:
            for name, said in (
                ("notice_when", when),
                ("notice_where", f"{first.event.venue}，{station.address}"),
                ("notice_who", "、".join(each.name for each in first.deputies)),
                ("notice_phone", station.phone),
            ):
                official.text(paper, f"{say(name)}：{said}")
            official.text(paper, say("notice_how_text", account=world.district.settings.account_name))
        else:
            head = (say("notice_station_name"), say("notice_where"), say("notice_who"))
            lines = [
                (each.name, each.address, "、".join(one.name for one in held.deputies)) for each, held in same
            ]
            official.grid(paper, [head, *lines], _MANY_WIDTHS, headed=True)
            official.text(paper, say("notice_how_text", account=world.district.settings.account_name))
        made = wanted.asked_at.astimezone(world.now.tzinfo)
        signer = station.name if len(same) == 1 else world.district.settings.desk_name
        official.signed(paper, signer, f"{made.year}年{made.month}月{made.day}日")
        return Paper(name=f"接待公告_{compact(day)}.docx", content=official.finished(paper), rows=len(same))

    return render
