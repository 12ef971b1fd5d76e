"""Thanks with good news (“路灯修好了，点赞”): praise, and no case. Anything that is still wished or wrong is one."""

import re

_LONGEST = 60
_THANKS = re.compile(r"谢谢|感谢|多谢|点赞|点个赞|表扬|辛苦|给力|为你们")
_NEWS = re.compile(
    r"(?:修|弄|搞|办|处理|换|装|清理|解决|疏通|整改|恢复|补|铺|做)(?:得)?(?:很|真|挺|都)?(?:好|完|通|快)(?:了|啦)|解决了|解决啦|亮了|亮多了|通了|来水了|来电了|水来了|电来了|态度(?:很|真|特别|非常)?好|热心|效率(?:很|真)?高|帮了?(?:我|我们)?(?:很|一个)?大忙|干净(?:了|多了)|好多了|好走多了|安静(?:了|多了)|不(?:漏|堵|吵|臭|黑)了"
)
_STILL = re.compile(
    r"但|可是|不过|只是|然而|还是|还有|还没|还在|另外|又|没(?!想到)|未|请(?!接受|收下)|希望|盼|建议|能不能|能否|可否|要求|什么时候|怎么|为什么|为啥|吗|么$|[?？]"
    r"|坏|停了|脏|乱|投诉|举报|反映(?!的|后|了|过)|再(?:来|去|把|修|装|派)|如果|要是|应该|尽快|赶紧|麻烦|求|等着|才|不够|不行|不对|不好|就是|太(?!好|棒|感谢|谢|给力)|有点|稍微|不太|暗|还要"
)


def is_praise(line: str) -> bool:
    """Tell whether a line only thanks for what is done."""
    return (
        len(line) <= _LONGEST
        and _THANKS.search(line) is not None
        and _NEWS.search(line) is not None
        and _STILL.search(line) is None
    )
