"""A sentence of a voter: filed, or put into the case just filed."""

from handlers.cases.case_rows import destination
from handlers.context import World
from handlers.effects import Effects
from handlers.messages import IncomingMessage
from handlers.voters.filing import filing, joining
from storage.people.people import Sender


def file_or_join(message: IncomingMessage, sender: Sender, world: World, inbox_id: int) -> Effects:
    """File a sentence, or put it into the case just filed."""
    where = destination(message.text, world)
    if joining.joins(sender, world, where):
        return joining.join_message(message, sender, world, inbox_id, where=where)
    return filing.file_message(message, sender, world, inbox_id, where=where)
