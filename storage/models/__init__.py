"""All mapped classes: the nouns of a liaison station, one module for each kind."""

from storage.models import search_index as search_index
from storage.models.account import AccountReply, ForeignEvent
from storage.models.accused import CaseAccused
from storage.models.activities import Activity, ActivityImport, ActivityStep
from storage.models.alarms import Alarm, AlarmTold
from storage.models.bulletins import Bulletin
from storage.models.bursts import Burst
from storage.models.cases import OPEN_STATES, Case, CasePart, CaseStep, Counter, Referral, State, Task
from storage.models.documents import Document, FileLink
from storage.models.duties import Attendance, Booking, CallBack, Occasion
from storage.models.history import HistoryImport, ImportedCase
from storage.models.messages import Acceptance, Card, ClosedWay, Inbox, Nonce, Outbox, Pace, Question
from storage.models.opinions import Opinion
from storage.models.people import Account, BindingCode, Person, RoleGrant
from storage.models.praises import Praise
from storage.models.privacy import AuditEntry, AuditHead, Erasure, KeptFreeze, StepSeal
from storage.models.rechecks import Recheck, RecheckDraw
from storage.models.reports import FigureCheck, Objection, Report
from storage.models.running import (
    PackRow,
    PackVersion,
    Progress,
    SchemaFloor,
    Sweep,
    SweepFinding,
    TickRun,
    Token,
)

__all__ = [
    "OPEN_STATES",
    "Acceptance",
    "Account",
    "AccountReply",
    "Activity",
    "ActivityImport",
    "ActivityStep",
    "Alarm",
    "AlarmTold",
    "Attendance",
    "AuditEntry",
    "AuditHead",
    "BindingCode",
    "Booking",
    "Bulletin",
    "Burst",
    "CallBack",
    "Card",
    "Case",
    "CaseAccused",
    "CasePart",
    "CaseStep",
    "ClosedWay",
    "Counter",
    "Document",
    "Erasure",
    "FigureCheck",
    "FileLink",
    "ForeignEvent",
    "HistoryImport",
    "ImportedCase",
    "Inbox",
    "KeptFreeze",
    "Nonce",
    "Objection",
    "Occasion",
    "Opinion",
    "Outbox",
    "Pace",
    "PackRow",
    "PackVersion",
    "Person",
    "Praise",
    "Progress",
    "Question",
    "Recheck",
    "RecheckDraw",
    "Referral",
    "Report",
    "RoleGrant",
    "SchemaFloor",
    "State",
    "StepSeal",
    "Sweep",
    "SweepFinding",
    "Task",
    "TickRun",
    "Token",
]
