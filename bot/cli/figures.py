"""Tables of how well messages are routed, for the terminal."""

from collections.abc import Iterable

from rich.table import Table

from bot.cli.common import out
from nlp.learning.evaluate import Report
from nlp.topics.lexicon import Lexicon

_NARROW = 5
"""Letters of a label at the head of a column, so that eleven of them fit the usual terminal."""


def show_figures(reports: Iterable[Report]) -> None:
    """Show one line of figures for each view of the messages."""
    table = Table("view", "messages", "accuracy", "macro-F1", "at 90 %", "calibration (ECE)", "asked back")
    curves = []
    for report in reports:
        table.add_row(
            report.view,
            str(report.messages),
            f"{report.accuracy:.3f}",
            f"{report.macro_f1:.3f}",
            f"{dict(report.coverage)[0.9]:.3f}",
            f"{report.calibration_error:.3f}",
            f"{report.asked:.1%}",
        )
        curve = ", ".join(f"{share:.0%} {accuracy:.3f}" for share, accuracy in report.coverage)
        curves.append(f"coverage, {report.view}: {curve}")
        curves.append(
            f"second fair label allowed, {report.view}: {report.allowed:.3f}; "
            f"of answers without a question {report.unasked_allowed:.3f}"
        )
    out.print(table)
    for line in curves:
        out.print(line, markup=False)


def show_details(report: Report, lexicon: Lexicon) -> None:
    """Show where answers go wrong and by which words, and whether confidence means what it says."""
    labels = sorted({label for label, _, _ in report.counts} | {answer for _, answer, _ in report.counts})
    found = {(label, answer): count for label, answer, count in report.counts}
    out.print(
        f"confusion table, {report.view}: a line for each label, a column for each answer", markup=False
    )
    table = Table("label", *(label[:_NARROW] for label in labels), padding=(0, 0))
    for label in labels:
        table.add_row(label, *(str(found.get((label, answer), "")) for answer in labels))
    out.print(table)
    worst = Table("label", "taken for", "messages", "words that misled")
    for one in report.confusions:
        worst.add_row(one.label, one.taken_for, str(one.messages), " ".join(one.words))
    out.print(worst)
    sure = Table("confidence", "messages", "right")
    for group in report.reliability:
        sure.add_row(f"{group.confidence:.2f}", str(group.messages), f"{group.accuracy:.2f}")
    out.print(sure)
    if lexicon.model:
        out.print(f"below a confidence of {lexicon.model.sure:g} the sender is asked", markup=False)
