"""Events that are not the bot's own: handed to the account's other system, where there is one."""

import json

from handlers.context import Context
from handlers.messages import IncomingMessage
from storage.engine.database import new_id
from storage.messages.foreign import owe_event


def pass_on(ctx: Context, message: IncomingMessage) -> bool:
    """Owe an event to the other system; False for whatever a person wrote, and where there is no such system."""
    if not (ctx.switches.forwards_events and message.is_event):
        return False
    event_id = new_id()
    body = {
        "id": str(event_id),
        "channel": message.channel,
        "account": message.recipient,
        "event": message.platform_kind,
        "key": message.key,
        "openid": message.sender,
        "at": message.sent_at.isoformat(),
        "details": dict(message.details),
    }
    owe_event(ctx.session, event_id=event_id, body=json.dumps(body, ensure_ascii=False), now=ctx.now)
    return True
