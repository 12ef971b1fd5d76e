"""The first minute: the story that the demo tells in the terminal, played over the sandbox's own API."""

from datetime import datetime
from typing import Any

import requests
from rich.console import Console

VOTER, DEPUTY, STAFF = "王阿姨", "deputy", "staff"
TROUBLE = "东苑小区3幢楼道灯坏了半个月，老人晚上不敢下楼"
_TIMEOUT = 20


def tell(sandbox: str, out: Console) -> None:
    """Play voter, deputy and staff once, and print what each of them sees."""
    with requests.Session() as http:
        play = _Play(http, f"{sandbox}/api")
        out.rule("选民写一句")
        voter = play.join("voter", VOTER)
        play.say(voter, TROUBLE)
        play.show(out, VOTER, voter)
        out.rule("代表收到10日接待日的提醒")
        deputy, name = play.join_cast(DEPUTY, "东苑")
        play.jump_to_reminder()
        play.say(deputy, "1")
        play.show(out, name, deputy)
        out.rule("工作人员问一句")
        staff, name = play.join_cast(STAFF, "东苑")
        play.say(staff, f"{play.month_of(voter)}来了多少件")
        play.show(out, name, staff)


class _Play:
    """Speaks to the sandbox as its page does."""

    def __init__(self, http: requests.Session, api: str) -> None:
        self._http = http
        self._api = api

    def _post(self, path: str, **body: Any) -> Any:  # noqa: ANN401 -- JSON
        answer = self._http.post(f"{self._api}/{path}", json=body, timeout=_TIMEOUT)
        answer.raise_for_status()
        return answer.json()

    def _state(self) -> Any:  # noqa: ANN401 -- JSON
        return self._http.get(f"{self._api}/state", params={"after": 0}, timeout=_TIMEOUT).json()

    def join(self, role: str, name: str) -> str:
        return str(self._post("people", role=role, name=name)["id"])

    def join_cast(self, role: str, place: str) -> tuple[str, str]:
        """Let the first deputy or member of staff of a place bind, as they do with their code."""
        cast = self._state()["cast"]
        index = next(i for i, each in enumerate(cast) if each["role"] == role and place in each["area_name"])
        person = self._post("people", role=role, name=cast[index]["name"], cast=index)
        return str(person["id"]), str(cast[index]["name"])

    def say(self, person: str, text: str) -> None:
        self._post("text", person=person, text=text)

    def jump_to_reminder(self) -> None:
        """Turn the clock to a week before the next reception day."""
        jump = next(jump for jump in self._state()["jumps"] if "提醒" in jump["label"])
        self._post("jump", at=jump["at"])

    def month_of(self, person: str) -> str:
        """Name the month in which someone wrote, as seen from the sandbox's today."""
        state = self._state()
        wrote = next(entry["at"] for entry in state["entries"] if entry["person"] == person)
        return "本月" if wrote[:7] == state["now"][:7] else "上月"

    def show(self, out: Console, name: str, person: str) -> None:
        for entry in self._state()["entries"]:
            if entry["person"] == person and entry["text"]:
                at = datetime.fromisoformat(entry["at"])
                who = name if entry["side"] == "in" else "连心桥"
                style = "green" if entry["side"] == "in" else "default"
                out.print(f"[dim]{at:%m-%d %H:%M}[/dim] {who}：", style=style, end="")
                out.print(entry["text"].replace("\n", "\n            "), style=style, markup=False)
