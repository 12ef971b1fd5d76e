"""The zone of a calendar, and how far a push may stand from its usual minute."""

from datetime import timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
SPREAD = (-3, -2, -1, 1, 2, 3)
LONGEST_SPREAD = timedelta(minutes=max(SPREAD))
