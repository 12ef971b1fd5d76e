"""All papers on one page: who makes what."""

from collections.abc import Mapping

from handlers.papers.ledger import make_ledger
from handlers.papers.paper import Maker

MAKERS: Mapping[str, Maker] = {
    "ledger": make_ledger,
}
