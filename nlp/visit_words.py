"""How voters speak of a booked reception: book it, move it, give it back. Whole lines; when in doubt a line is a case."""

import re

_LONGEST = 30

BOOKS = re.compile(
    r"(?:请问|麻烦|帮我|我?(?:想|要)|能不能|可以|可不可以|怎么|如何|[,， ])*(?:预约|约)(?:一?下|个|一个)?(?:人大)?(?:代表)?(?:接待)?日?"
    r"(?:的?时间)?(?:吗)?"
)
CANCELS = re.compile(
    r"(?:算了[,， ]?)?(?:我?(?:要|想))?(?:取消|退掉?|撤销)(?:了)?我?的?预约(?:了)?|预约(?:取消|不要)了?|(?:算了[,， ]?)不(?:想|要)?预?约了|不(?:想|要)?预?约了"
)
CHANGES = re.compile(
    r"(?:我?(?:要|想))?(?:改约|改预约|改(?:个|一下)?预约的?时间|预约(?:改|换)(?:个|一下)?(?:时间)?|换个?时间)"
    r"((?:[,， ]*(?:改|到|成)*(?:上午|下午|早上)?[0-9一二两三四五六七八九十]{1,3}(?:点|:|：).{0,6})?)"
)
SHOWS = re.compile(
    r"(?:查|看|看看)?我的预约|我?预?约的?(?:时间)?(?:是)?(?:在)?(?:几点|什么时候|哪天|几号)(?:来着)?|我(?:有没有)?预?约(?:成功|上|好|到)?了(?:吗|么|没有?)"
)
TO_AN_HOUR = re.compile(
    r"我?(?:想|要|能不能|可以|可不可以)?(?:改|换)(?:到|成|在)?((?:上午|下午|早上)?[0-9一二三四五六七八九十]{1,3}(?:点|:|：).{0,4})"
)
CANNOT_COME = re.compile(
    r"(?:对不起|不好意思|抱歉|[,， ])*我?(?:明天|今天|后天|那天|这次|\d{1,2}[号日])?"
    r"(?:来不了|去不了|不能来|不能去|不来|不去|没空来?|没空去|来不成|去不成|过不来)了?(?:啊|呀|哈|[,，]?(?:不好意思|对不起))*"
)


def asks(line: str) -> bool:
    """Tell whether a line may be about a booking, so that it must be read with care."""
    return len(line) <= _LONGEST and any(
        way.fullmatch(line) for way in (BOOKS, CANCELS, CHANGES, SHOWS, TO_AN_HOUR, CANNOT_COME)
    )
