"""What went wrong in a call to WeChat, in words that hold neither the address nor the token."""

import re
import ssl

import requests
import urllib3.exceptions
from wechatpy.exceptions import WeChatClientException

from bot.channels.base import Reaction, SendError

STALE_TOKEN = frozenset({"40001", "40014", "42001"})
ALREADY_SENT = "45065"

REACTIONS = {
    "45015": Reaction.NEXT_RUNG,  # outside the hours after a message
    "45047": Reaction.NEXT_RUNG,  # more messages than the person's last word allows
    "40037": Reaction.NEXT_RUNG,  # no such template
    "43004": Reaction.UNREACHABLE,  # does not follow
    "43019": Reaction.UNREACHABLE,  # on the black list
    "43101": Reaction.NEXT_RUNG,  # no subscription left
    "45009": Reaction.PAUSE_DAY,
    "45011": Reaction.PAUSE_MINUTE,
    "40013": Reaction.ALARM,  # wrong AppID
    "40125": Reaction.ALARM,  # wrong AppSecret
    "40164": Reaction.ALARM,  # our address is not on the white list
    "61004": Reaction.ALARM,  # the same, elsewhere
    "48001": Reaction.SWITCHED_OFF,  # no permission
    "48004": Reaction.SWITCHED_OFF,  # banned
    "45028": Reaction.PAUSE_DAY,  # no mass messages left
}
TRANSIENT = frozenset({"-1", "45009", "45011", *STALE_TOKEN})
LATER_MAY_DO = frozenset({Reaction.ALARM, Reaction.SWITCHED_OFF, Reaction.PAUSE_DAY})
SERVER_ERROR = 500
TOO_MANY = 429


_WORDS = re.compile(r"[A-Za-z][A-Za-z ,.']{2,80}")
_RID = re.compile(r"rid: ?([0-9a-f-]{8,64})")


def refused(code: str, errmsg: str = "") -> SendError:
    """Judge an errcode: the platform read the call and did not do it."""
    reaction = REACTIONS.get(code, Reaction.NONE)
    retryable = code in TRANSIENT or reaction in LATER_MAY_DO
    return SendError(code, retryable=retryable, reaction=reaction, detail=_told(errmsg))


def _told(errmsg: str) -> str:
    """Keep the platform's words and the call's id; an errmsg may also quote an OpenID or an address."""
    words, rid = _WORDS.match(errmsg), _RID.search(errmsg)
    return " ".join(filter(None, (words and words[0].strip(), rid and f"rid {rid[1]}")))


def unanswered(code: str, *, may_repeat: bool) -> SendError:
    """Judge a call that went out and got no readable answer."""
    return SendError(code, retryable=may_repeat, outcome_unknown=True)


def explain(error: Exception, *, may_repeat: bool) -> SendError:
    """Translate what wechatpy and requests raise."""
    if isinstance(error, WeChatClientException):
        return _explain_answer(error, may_repeat=may_repeat)
    if _never_went_out(error):
        return SendError("connection", retryable=True)
    if isinstance(error, requests.Timeout):
        return unanswered("timeout", may_repeat=may_repeat)
    if isinstance(error, requests.RequestException):
        return unanswered("broken_off", may_repeat=may_repeat)
    return unanswered("not_json", may_repeat=may_repeat)


def _explain_answer(error: WeChatClientException, *, may_repeat: bool) -> SendError:
    if error.errcode is not None:
        return refused(str(error.errcode), str(error.errmsg or ""))
    status = int(error.response.status_code)
    if status >= SERVER_ERROR:
        return unanswered(f"http_{status}", may_repeat=may_repeat)
    return SendError(f"http_{status}", retryable=status == TOO_MANY)


def _never_went_out(error: Exception) -> bool:
    """Tell whether no connection was made, and so surely nothing was sent."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, urllib3.exceptions.ProxyError):
        reason = reason.original_error
    if isinstance(reason, urllib3.exceptions.SSLError):
        return bool(reason.args) and isinstance(reason.args[0], ssl.SSLCertVerificationError)
    return isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError)
