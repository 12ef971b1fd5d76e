"""What WeCom's own numbers ask of us; those it shares with the official account are in wechat_errors."""

from collections.abc import Mapping

from bot.channels.base import Reaction, SendError

NOBODY = "81013"
"""None of the members exists or may be reached; also what an `invaliduser` in an answer of 0 comes to."""

REACTIONS: Mapping[str, Reaction] = {
    "40003": Reaction.UNREACHABLE,  # no such UserID
    "40031": Reaction.UNREACHABLE,  # no such UserID in a list
    "46004": Reaction.UNREACHABLE,  # the member does not exist
    "60111": Reaction.UNREACHABLE,  # no such UserID in the corp's address book
    NOBODY: Reaction.UNREACHABLE,
    "82001": Reaction.UNREACHABLE,  # nobody among those named
    "45009": Reaction.PAUSE_MINUTE,  # the application's calls of this minute or hour, not of the day
    "45033": Reaction.PAUSE_MINUTE,  # too many calls at once
    "40001": Reaction.ALARM,  # wrong Secret
    "40013": Reaction.ALARM,  # wrong CorpID
    "40056": Reaction.ALARM,  # wrong AgentId
    "40091": Reaction.ALARM,  # wrong Secret
    "48002": Reaction.SWITCHED_OFF,  # no permission
    "50002": Reaction.ALARM,  # members outside the application's visible range
    "60011": Reaction.ALARM,  # no permission
    "60020": Reaction.ALARM,  # our address is not among the trusted ones
    "301002": Reaction.ALARM,  # the application has no permission
}
_LATER_MAY_DO = frozenset({Reaction.PAUSE_MINUTE, Reaction.ALARM, Reaction.SWITCHED_OFF})


def judge(failure: SendError) -> SendError:
    """Read a failure as WeCom means its number."""
    reaction = REACTIONS.get(failure.code)
    if reaction is None:
        return failure
    return SendError(
        failure.code, retryable=reaction in _LATER_MAY_DO, reaction=reaction, detail=failure.detail
    )
