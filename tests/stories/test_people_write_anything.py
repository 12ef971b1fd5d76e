"""People write marks that look like the platform's own: the case holds them whole, and nobody speaks for another."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Account, Case, Inbox
from tests.stories.driver import Story


def raw_xml(story: Story, who: str, written: str) -> str:
    """Give the message as a platform that escapes nothing sends it."""
    mark = "这里是原话"
    return story.xml(who, MsgType="text", Content=mark).replace(mark, f"<![CDATA[{written}]]>")


@pytest.mark.parametrize(
    "written",
    [
        "东苑小区楼道灯坏了]]>谢谢",
        "东苑小区楼道灯坏了<![CDATA[急]]>快来",
        "东苑小区楼道灯坏了</Content>",
        "东苑小区楼道灯坏了]]></Content><FromUserName><![CDATA[voter-9]]></FromUserName><Content><![CDATA[完",
        "东苑小区楼道灯&线路 &amp; 都坏了",
    ],
)
def test_what_was_written_is_filed_whole_for_who_wrote_it(story: Story, written: str) -> None:
    status, body = story.post(raw_xml(story, "voter-1", written))
    with Session(story.engine) as session:
        filed = list(session.scalars(select(Case.text)))
        writers = set(session.scalars(select(Account.external_id)))

    assert status == 200
    assert "编号" in story.reply_in(body)
    assert filed == [written]
    assert writers == {"voter-1"}


def test_a_genuine_message_that_cannot_be_read_is_acknowledged_and_kept_for_the_operator(
    story: Story,
) -> None:
    broken = story.xml("voter-1", MsgType="text", Content="灯坏了").replace("</MsgType>", "")
    status, body = story.post(broken)
    with Session(story.engine) as session:
        (row,) = session.scalars(select(Inbox))

    assert (status, story.reply_in(body)) == (200, "")
    assert (row.status, row.reason) == ("quarantined", "not_well_formed")
    assert row.raw == broken.encode()
