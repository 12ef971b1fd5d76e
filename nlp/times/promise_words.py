"""Lines that hold a promised day against us: “说12月8号前有人回我的，都10号了人呢”."""

import re

_PROMISED = re.compile(
    r"前(?:会)?(?:有人|给|来)?(?:我)?(?:回|答复|联系|解决|办好)|(?:说好|说了|讲好|答应|承诺|保证)[^,。!?]{0,14}(?:回|答复|联系|解决|办好|来人)"
)
_NOT_KEPT = re.compile(
    r"人呢|没人|没有人|没回|没有回|没消息|没有消息|没动静|没音|还没|怎么还|不见人|没见|(?:都|已经|今天|现在)[^,。!?]{0,3}(?:\d{1,2}|几)[号日]|过了|超过|不算数|说话算"
)
_LONGEST = 60


def holds_against(line: str) -> bool:
    """Tell whether a line says that a day which was promised has passed without an answer."""
    return len(line) <= _LONGEST and _PROMISED.search(line) is not None and _NOT_KEPT.search(line) is not None
