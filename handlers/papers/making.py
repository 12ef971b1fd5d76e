"""All papers on one page: who makes what."""

from collections.abc import Mapping

from handlers.papers import activity_sheets
from handlers.papers.bulletin import make_bulletin
from handlers.papers.history import make_template
from handlers.papers.illustrated import IllustratedMaker
from handlers.papers.ledger import make_ledger
from handlers.papers.notice import make_notice
from handlers.papers.opinions import make_opinions
from handlers.papers.order import make_order
from handlers.papers.paper import Maker
from handlers.papers.proposal import make_proposal
from handlers.papers.report import make_chart, make_report
from handlers.papers.supervision import make_supervision

MAKERS: Mapping[str, Maker] = {
    "ledger": make_ledger,
    "order": make_order,
    "report": make_report,
    "chart": make_chart,
    "bulletin": make_bulletin,
    "history": make_template,
    "opinions": make_opinions,
    "supervision": make_supervision,
    "notice": make_notice,
    "activities": activity_sheets.make_template,
    "register": activity_sheets.make_register,
}

ILLUSTRATED: Mapping[str, IllustratedMaker] = {"proposal": make_proposal}
"""Papers that show pictures of cases."""
