"""Whether a department that gives a case back says on what basis, and whose it is instead."""

import re
from collections.abc import Iterable

from nlp.text.fold import fold

BASIS, WHOM = "basis", "whom"

_BASIS = re.compile(
    r"依据|依照|根据|按照?(?!理)|参照|三定|职责|职权|权限|管辖|辖区|范围|产权|权属|归属|《|法律|法规|条例|规定|方案|文件|协议|合同|红线|移交"
)
_TO_WHOM = re.compile(
    r"(?:转|归|由|给|交|找|建议|属于|请)[^，。；]{0,8}?"
    r"(?:局|委|办|院|所|站|队|公司|集团|街道|镇|乡|社区|居委会?|物业|业委会|开发商|部门|中心|学校|银行)"
)
_NOT_US = re.compile(
    r"不(?:归|属于|由|在|是)[^，。；]{0,6}(?:我们|我局|我单位|本单位|我委|我办)[^，。；]{0,4}"
)
_VAGUE = re.compile(r"(?:有关|相关|其他|别的|具体)(?:的)?(?:部门|单位)")
_SHORTEST = 6


def lacking_grounds(reason: str, departments: Iterable[str]) -> tuple[str, ...]:
    """Name which of the two points a refusal does not make; `departments` are the names of those it may go to."""
    text = fold(reason)
    told = _VAGUE.sub("", _NOT_US.sub("", text))
    missing = []
    if len(text) < _SHORTEST or not _BASIS.search(text):
        missing.append(BASIS)
    if not (_TO_WHOM.search(told) or any(name in told for name in departments)):
        missing.append(WHOM)
    return tuple(missing)
