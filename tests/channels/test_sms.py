"""Short messages: one signed POST that says no more than it must."""

import json
from collections.abc import Iterator

import pytest

from bot.channels.base import Push, SendError
from bot.channels.forwarder import sign
from bot.channels.sms import SmsSender
from tests.channels.pretend_api import Answer, PretendApi, answer, serving
from tests.stories.driver import SATURDAY, TurnableClock

PUSH = Push(external_id="13900000000", kind="sms", text="您反映的路灯修好了", client_msg_id="lxq7")


@pytest.fixture
def api() -> Iterator[PretendApi]:
    api = PretendApi()
    with serving(api):
        yield api


@pytest.fixture
def sender(api: PretendApi) -> SmsSender:
    return SmsSender(f"{api.base}/sms", "a-token-of-the-gateway", TurnableClock(), timeout=2)


def test_the_gateway_gets_phone_text_and_an_id_under_a_signature(api: PretendApi, sender: SmsSender) -> None:
    api.on("/sms", answer(id="gateway-1"))

    assert sender.push(PUSH) == "gateway-1"

    (call,) = api.calls
    assert call.data == {"id": "lxq7", "phone": "13900000000", "text": "您反映的路灯修好了"}
    sent_at = str(int(SATURDAY.timestamp()))
    body = json.dumps(call.data, ensure_ascii=False).encode()
    assert call.headers["X-Lxq-Timestamp"] == sent_at
    assert call.headers["X-Lxq-Signature"] == sign(b"a-token-of-the-gateway", sent_at, body)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (Answer(b"", status=403), ("http_403", False, False)),
        (Answer(b"", status=429), ("http_429", True, False)),
        (Answer(b"", status=502), ("http_502", False, True)),
        (Answer(breaks="reset"), ("broken_off", False, True)),
    ],
)
def test_a_refusal_and_a_doubt_are_told_apart(
    api: PretendApi, sender: SmsSender, given: Answer, told: tuple[str, bool, bool]
) -> None:
    api.on("/sms", given)

    with pytest.raises(SendError) as caught:
        sender.push(PUSH)

    error = caught.value
    assert (error.code, error.retryable, error.outcome_unknown) == told
    assert "13900000000" not in str(error)
