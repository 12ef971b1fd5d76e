"""Lets two fifths of grown cases have been with a department, and their voters have said what became of them."""

from sqlalchemy import Engine

DEPARTMENTS = ("housing", "cityadmin", "transport", "police", "education", "health", "civil")
_DUE = {"sqlite": "date(filed_at, '+14 days')", "postgresql": "CAST(filed_at + interval '14 days' AS date)"}
_TOLD = "id % 5 < 2 AND closed_at IS NOT NULL"


def hand_over(engine: Engine) -> None:
    """Write one round of a department for each, and verdict and grade of those who answered."""
    named = " ".join(f"WHEN {place} THEN '{key}'" for place, key in enumerate(DEPARTMENTS))
    due = _DUE[engine.dialect.name]
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE case_file SET asked_at = answered_at, answer_by = look_by,"
            " verdict = CASE (id / 7) % 10 WHEN 0 THEN 'unsolved' WHEN 1 THEN 'partly' WHEN 2 THEN 'solved'"
            " WHEN 3 THEN 'solved' WHEN 4 THEN 'solved' ELSE NULL END,"
            " grade = CASE (id / 7) % 10 WHEN 0 THEN 'bad' WHEN 1 THEN 'fair' WHEN 2 THEN 'good'"
            f" WHEN 3 THEN 'good' ELSE NULL END WHERE {_TOLD}".replace(
                "%", "%%" if engine.dialect.name == "postgresql" else "%"
            )
        )
        connection.exec_driver_sql(
            "INSERT INTO referral (id, case_id, round, department, lead, state, days, due, receipt_due, sent_at,"
            " answered_at, answer, reason, result) SELECT id, id, 1, CASE (id / 11) % 7"
            f" {named} END, TRUE, 'answered', 10, {due}, {due}, filed_at, answered_at, '已办', '',"
            f" CASE (id / 13) % 4 WHEN 0 THEN 'B' WHEN 1 THEN 'C' ELSE 'A' END FROM case_file WHERE {_TOLD}"
            " AND answered_at IS NOT NULL".replace("%", "%%" if engine.dialect.name == "postgresql" else "%")
        )
