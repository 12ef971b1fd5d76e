"""The command, with a handler that freezes on one word: by a pattern that holds the interpreter's lock, or by waiting."""

import os
import re
import threading
from collections.abc import Callable
from typing import Any

from bot.cli.main import main
from bot.core import guard
from handlers.routing import hot, routes

PATTERN, WAIT = "冻住一切", "一直等着"


def freezing(inner: Callable[..., Any]) -> Callable[..., Any]:
    def handle(*arguments: Any, **more: Any) -> Any:
        said = " ".join(each.text for each in arguments if hasattr(each, "dedupe_key"))
        if PATTERN in said:
            re.fullmatch(r"(?:帮我?我?)+", "帮我" * 60 + "路")
        if WAIT in said:
            threading.Event().wait()
        return inner(*arguments, **more)

    return handle


if __name__ == "__main__":
    looks, seconds, stop = os.environ["DRILL_GUARD"].split()
    guard.LOOKS, guard.LOOK_SECONDS, guard.STOP_SECONDS = int(looks), float(seconds), float(stop)
    hot.decide, routes.handle = freezing(hot.decide), freezing(routes.handle)
    main()
