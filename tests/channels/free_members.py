"""Members of WeCom without a database: they may be written to at any pace, unless the test says how long to wait."""

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass
class FreeMembers:
    """Keeps the promises of the shared rows."""

    wait: timedelta = timedelta(0)
    asked: list[str] = field(default_factory=list)
    cards: list[tuple[str, int, str, str]] = field(default_factory=list)

    def wait_for(self, member: str) -> timedelta:
        self.asked.append(member)
        return self.wait

    def note_card(self, card_id: str, question_id: int, member: str, response_code: str) -> None:
        self.cards.append((card_id, question_id, member, response_code))
