"""The pretend console's page of the server configuration: Token, EncodingAESKey and AppSecret are changed there."""

from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from bot.sandbox.config import SandboxConfig
from bot.sandbox.delivery import Delivery
from bot.sandbox.keys import invented_aes_key, invented_token
from bot.sandbox.tokens import Tokens

NOT_SAVED = "没有存上：机器人没有用新的 Token 答应。先把新的写进设置并重启，再来换。"


class NewKeys(BaseModel):
    """What is left out is invented, or what the demo has ready."""

    token: Annotated[str, Field(pattern="^([A-Za-z0-9]{3,32})?$")] = ""
    aes_key: Annotated[str, Field(pattern="^([A-Za-z0-9]{43})?$")] = ""
    late: int = Field(default=1, ge=0, le=100)
    """How many callbacks still come with the keys before."""


class NewSecret(BaseModel):
    secret: str = Field(min_length=1, max_length=100)


def console(config: SandboxConfig, delivery: Delivery, tokens: Tokens) -> APIRouter:
    """Join the console's routes below `/api`."""
    api = APIRouter(prefix="/api")

    @api.post("/keys")
    def keys(new: NewKeys) -> dict[str, str]:
        """Save new keys, as the console does: the bot's address is asked first."""
        now = delivery.keys.pairs[0]
        offered = delivery.keys.changed(
            token=new.token or _unless(config.next_token, now.token) or invented_token(),
            aes_key=new.aes_key or _unless(config.next_aes_key, now.aes_key) or invented_aes_key(),
        )
        if not delivery.ask(offered):
            raise HTTPException(409, NOT_SAVED)
        delivery.keys.save(offered, late=new.late)
        return {"token": offered.token, "aes_key": offered.aes_key}

    @api.post("/secret")
    def secret(new: NewSecret) -> dict[str, bool]:
        """Reset the AppSecret: the one before and all its tokens end at once."""
        delivery.keys.reset_secret(new.secret)
        tokens.revoke()
        return {"reset": True}

    return api


def _unless(ready: str, used: str) -> str:
    """Give what is ready if it is not in use already."""
    return "" if ready == used else ready
