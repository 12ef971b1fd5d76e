"""The one error that a handler may raise on purpose."""


class Refusal(Exception):  # noqa: N818 -- it is an answer, not a fault
    """The text is the reply; what the handler wrote is undone, the message is kept."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text
