"""What steers the faults and shows the ledger: JSON for the page, the tests and the bad day."""

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from pydantic import AwareDatetime, BaseModel, Field, field_validator

from bot.sandbox.faults import Fault, Kind
from bot.sandbox.ledger import ledger
from bot.sandbox.quotas import DAILY
from bot.sandbox.sandbox import Sandbox

PAGE = Path(__file__).parent / "static" / "ledger.html"
Few = Annotated[int, Field(ge=0, le=1000)]


class NewFault(BaseModel):
    kind: Kind
    api: str = Field(default="", max_length=100)
    person: str = Field(default="", max_length=200)
    times: int = Field(default=1, ge=1, le=100_000)
    chance: float = Field(default=1.0, gt=0, le=1)
    seed: int = 0
    calls: int = Field(default=0, ge=0, le=100_000)
    until: AwareDatetime | None = None
    code: int = 0
    milliseconds: int = Field(default=0, ge=0, le=60_000)
    acts: bool = False


class NewQuota(BaseModel):
    """How many calls an API has left today."""

    api: str
    left: int = Field(default=0, ge=0)

    @field_validator("api")
    @classmethod
    def _has_a_limit(cls, value: str) -> str:
        if value not in DAILY:
            raise ValueError(f"has no daily limit here; those that have: {', '.join(DAILY)}")
        return value


class NewWindow(BaseModel):
    """How many customer-service messages somebody's windows have left."""

    person: str
    left: int = Field(default=0, ge=0, le=5)


class NewTricks(BaseModel):
    repeat: int = Field(default=1, ge=1, le=3)
    messages: Few = 1
    drop: Few = 0
    hold: Few = 0


def troubles(sandbox: Sandbox) -> APIRouter:
    """Join the routes for faults and ledger."""
    api = APIRouter()
    config, faults, tricks = sandbox.config, sandbox.faults, sandbox.tricks

    @api.get("/ledger")
    def page() -> Response:
        return FileResponse(PAGE)

    @api.get("/api/ledger")
    def books() -> dict[str, Any]:
        return {
            **ledger(sandbox.world, config.believed()),
            "tokens": sandbox.tokens.given,
            "subscriptions": {key: each.title for key, each in config.subscriptions.items()},
            "quotas": sandbox.quotas.shown(),
            "record": dict(config.record()),
            "callbacks": tricks.counted(),
            **faults.shown(),
        }

    @api.post("/api/faults")
    def add(fault: NewFault) -> dict[str, Any]:
        faults.add(Fault(**fault.model_dump()))
        return faults.shown()

    @api.delete("/api/faults")
    def clear() -> dict[str, Any]:
        faults.clear()
        tricks.plan()
        return faults.shown()

    @api.post("/api/callbacks")
    def disturb(new: NewTricks) -> dict[str, bool]:
        tricks.plan(repeat=new.repeat, messages=new.messages, drop=new.drop, hold=new.hold)
        return {"planned": True}

    @api.post("/api/quotas")
    def quota(new: NewQuota) -> dict[str, Any]:
        sandbox.quotas.leave(new.api, new.left)
        return sandbox.quotas.shown()

    @api.post("/api/windows")
    def windows(new: NewWindow) -> dict[str, int]:
        sandbox.world.leave_in_windows(sandbox.person(new.person), new.left)
        return {"left": new.left}

    @api.post("/api/revoke")
    def revoke() -> dict[str, bool]:
        sandbox.tokens.revoke()
        return {"revoked": True}

    return api
