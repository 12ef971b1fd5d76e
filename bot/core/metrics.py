"""What the bot counts, for Prometheus and for the operator; one registry per process, no global state."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """Counters, times and levels; every label has few values and none of them is personal."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "lxq_requests",
            "Requests of the platform by what they got: answered, repeated, rejected, quarantined, busy",
            ("channel", "verdict"),
            registry=self.registry,
        )
        self.rejected = Counter(
            "lxq_rejected",
            "Requests refused or put in quarantine, by reason",
            ("channel", "reason"),
            registry=self.registry,
        )
        self.messages = Counter(
            "lxq_messages",
            "Messages handled, by the route they took",
            ("route",),
            registry=self.registry,
        )
        self.failures = Counter(
            "lxq_failures",
            "Messages whose handler failed; they wait for another try",
            ("route",),
            registry=self.registry,
        )
        self.deliveries = Counter(
            "lxq_deliveries",
            "Attempts to push, by channel, way and result: sent, pending, unknown, dead",
            ("channel", "rung", "result"),
            registry=self.registry,
        )
        self.forwarded = Counter(
            "lxq_forwarded",
            "Attempts to hand an event to the account's other system, by result: sent, pending, dead",
            ("result",),
            registry=self.registry,
        )
        self.handling = Histogram(
            "lxq_handling_seconds",
            "From the request read to the answer committed",
            registry=self.registry,
            buckets=SECONDS,
        )
        self.batches = Histogram(
            "lxq_batch_messages",
            "Messages that one commit carried",
            registry=self.registry,
            buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
        )
        self.queue = Gauge(
            "lxq_queue_messages",
            "Messages that wait for the writer",
            registry=self.registry,
        )
        self.ticks = Counter(
            "lxq_ticks",
            "Runs of timed jobs, by result: done, failed",
            ("tick", "result"),
            registry=self.registry,
        )
        self.late_ticks = Gauge(
            "lxq_tick_late_seconds",
            "How long a timed job has not ended well that is overdue; 0 for one that runs",
            ("tick",),
            registry=self.registry,
        )
        self.oldest_unanswered = Gauge(
            "lxq_oldest_unanswered_seconds",
            "Age of the oldest message that has no answer yet",
            registry=self.registry,
        )
        self.aside = Gauge(
            "lxq_messages_aside",
            "Messages without an answer that wait for more than their turn: held, failed, quarantined",
            ("why",),
            registry=self.registry,
        )
        self.oldest_unsent = Gauge(
            "lxq_oldest_unsent_seconds",
            "How long the oldest push that is due has waited",
            registry=self.registry,
        )
        self.open_alarms = Gauge(
            "lxq_open_alarms",
            "Alarms that nobody has taken (收到)",
            registry=self.registry,
        )
        self.oldest_alarm = Gauge(
            "lxq_oldest_alarm_seconds",
            "Age of the oldest alarm that nobody has taken",
            registry=self.registry,
        )
        self.closed_ways = Gauge(
            "lxq_closed_ways",
            "Ways out that the platform has closed for everybody for now, by its number",
            ("channel", "rung", "code"),
            registry=self.registry,
        )

    def render(self) -> bytes:
        """Give everything in Prometheus' text format."""
        return generate_latest(self.registry)
