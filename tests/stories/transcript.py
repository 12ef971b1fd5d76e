"""A story told as a transcript: who says what at which moment, and what everybody hears, compared as a whole.

A block begins with a moment (`# 2026-11-23 14:07`). `王阿姨：…` is said; the lines below it that begin with `|` are the
answer. `→ 王阿姨` with its lines is a push, heard at the end of the block, person by person.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from bot.channels.base import Push
from tests.stories.driver import SHANGHAI, Story

_SAID = re.compile(r"([^：|→#\s]+)：(.+)")
_FIELDS = ("编号", "进度", "说明")
_ROUNDS = 3
"""Pushes about one case go out one after another."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone on the stage: the account, and the channel it is on."""

    account: str
    way: str = "official-account"


@dataclass(slots=True)
class Stage:
    """Plays what a transcript says, and writes down what is heard."""

    story: Story
    cast: Mapping[str, Person]
    heard: dict[str, list[str]] = field(default_factory=dict)
    """All that each of them heard, in order."""

    def play(self, script: str) -> str:
        """Give the transcript anew, from its moments and from what is said in it."""
        blocks = [
            block for block in re.split(r"^(?=# )", script, flags=re.MULTILINE) if block.startswith("#")
        ]
        return "\n".join(self._block(block) for block in blocks)

    def _block(self, block: str) -> str:
        head, *lines = block.splitlines()
        moment, _, title = head.removeprefix("# ").partition("，")
        self.story.clock.at = datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
        before = self._counts()
        told = [head]
        self._tick()
        told += self._pushed(before)
        before = self._counts()
        for said in filter(None, map(_SAID.fullmatch, lines)):
            name, words = said[1], said[2]
            reply = self._line(name).say(self.cast[name].account, words)
            self.heard.setdefault(name, []).append(reply)
            told += [f"{name}：{words}", *_lines(reply)]
        self._tick()
        told += self._pushed(before)
        assert title, "every block says what happens in it"
        return "\n".join(told) + "\n"

    def _tick(self) -> None:
        for _ in range(_ROUNDS):
            self.story.app.tick_all()

    def _line(self, name: str) -> Story:
        return self.story.through(self.cast[name].way)

    def _pushes(self, name: str) -> list[Push]:
        person = self.cast[name]
        return [push for push in self._line(name).phones.pushes if push.external_id == person.account]

    def _counts(self) -> dict[str, int]:
        return {name: len(self._pushes(name)) for name in self.cast}

    def _pushed(self, before: Mapping[str, int]) -> list[str]:
        told = []
        for name in self.cast:
            for push in self._pushes(name)[before[name] :]:
                text = (
                    "、".join(push.fields[name] for name in _FIELDS) if push.kind == "template" else push.text
                )
                self.heard.setdefault(name, []).append(text)
                told += [f"→ {name}{'（短）' if push.kind == 'template' else ''}", *_lines(text)]
        return told


def _lines(text: str) -> list[str]:
    return [f"  | {line}" for line in text.split("\n")] if text else []


def heard_in(script: str) -> dict[str, list[str]]:
    """Give what a transcript says that each person hears, in order."""
    found: dict[str, list[str]] = {}
    lines = [*script.splitlines(), "#"]
    name, text = "", []
    for line, following in pairwise(lines):
        if line.startswith("  | "):
            text.append(line.removeprefix("  | "))
        elif said := _SAID.fullmatch(line):
            name = said[1]
        elif line.startswith("→ "):
            name = line.removeprefix("→ ").removesuffix("（短）")
        if text and not following.startswith("  | "):
            found.setdefault(name, []).append("\n".join(text))
            text = []
    return found
