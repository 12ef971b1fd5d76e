"""One pretend WeChat: all its parts, and who is meant by an id, a name or a station's key."""

from typing import Any

from fastapi import HTTPException

from bot.sandbox.clock import jumps
from bot.sandbox.config import SandboxConfig, StationPin
from bot.sandbox.delivery import Delivery
from bot.sandbox.faults import CallbackTricks, Faults
from bot.sandbox.phone import Phone
from bot.sandbox.quotas import Quotas
from bot.sandbox.tokens import Tokens
from bot.sandbox.wecom_delivery import Carrier
from bot.sandbox.wecom_office import Office
from bot.sandbox.world import Person, World


class Sandbox:
    """One pretend WeChat with everything it is made of."""

    def __init__(self, config: SandboxConfig) -> None:
        self.config = config
        self.world = World(config.clock)
        self.tokens = Tokens(config.clock)
        self.quotas = Quotas(config.clock)
        self.faults = Faults(config.clock)
        self.tricks = CallbackTricks()
        self.delivery = Delivery(config, self.world, tricks=self.tricks)
        self.office = Office(config.wecom, self.world) if config.wecom else None
        carrier = Carrier(self.delivery, self.office.delivery) if self.office else self.delivery
        self.phone = Phone(config, self.world, carrier)

    def person(self, openid: str) -> Person:
        person = self.world.person(openid)
        if person is None:
            raise HTTPException(404, "没有这个人，请刷新页面")
        return person

    def follower(self, openid: str) -> Person:
        person = self.person(openid)
        if person.followed_at is None:
            raise HTTPException(409, "还没有关注公众号，先点“关注”")
        return person

    def named(self, name: str) -> Person:
        """Give the person of this name: one who is here, one of the cast, or a new voter."""
        if person := self.world.called(name):
            return person
        member = next((each for each in self.config.cast() if each.name == name), None)
        return self.phone.join_cast(member) if member else self.phone.join(name, "voter")

    def station(self, key: str) -> StationPin:
        found = next((each for each in self.config.stations() if each.key == key), None)
        if found is None:
            raise HTTPException(404, "没有这个联络站")
        return found

    def moving(self, after: int) -> dict[str, Any]:
        """Tell what changes while one looks."""
        now = self.config.clock()
        return {
            "last": self.world.last,
            "now": now.isoformat(timespec="seconds"),
            "jumps": [{"label": label, "at": at.isoformat(timespec="seconds")} for label, at in jumps(now)],
            "people": [person.shown() for person in self.world.people()],
            "menu": self.world.menu or self.config.menu,
            "entries": self.world.entries(after),
        }

    def standing(self) -> dict[str, Any]:
        return {
            "account": self.config.account_name,
            "wecom": self.office is not None,
            "cast": [
                {"role": each.role, "name": each.name, "title": each.title, "area_name": each.area_name}
                for each in self.config.cast()
            ],
            "subscriptions": [
                {"id": key, "title": each.title, "lasting": each.lasting}
                for key, each in self.config.subscriptions.items()
            ],
            "stations": [
                {
                    "key": each.key,
                    "name": each.name,
                    "longitude": each.longitude,
                    "latitude": each.latitude,
                }
                for each in self.config.stations()
            ],
        }
