"""What the chat page can do beyond the official account's phone: press a card, and save the callback address."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from bot.sandbox.phone import Phone
from bot.sandbox.wecom_office import Office
from bot.sandbox.world import Person

Short = Annotated[str, Field(max_length=200)]


class Pressed(BaseModel):
    person: Short
    task: Short
    key: Short


def wecom_page(office: Office, phone: Phone, follower: Callable[[str], Person]) -> APIRouter:
    """Join the page's routes for WeCom."""
    api = APIRouter(prefix="/api")

    @api.post("/press")
    def press(act: Pressed) -> dict[str, str]:
        person = follower(act.person)
        found = office.press(person, act.task, act.key)
        if found is None:
            raise HTTPException(409, "这张卡片已经不能点了")
        label, code = found
        return {"reply": phone.press(person, act.task, act.key, label, code)}

    @api.post("/wecom/save")
    def save() -> dict[str, bool]:
        """Save the callback address in the pretend console: it is asked first."""
        return {"saved": office.delivery.ask()}

    return api
