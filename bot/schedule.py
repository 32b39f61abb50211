"""When a job comes next: pure, in the job's own time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot.conversation import Job


def next_due(job: Job, after: datetime) -> datetime | None:
    """The first occurrence of `job` after `after` (UTC), or None when it does not come again.

    The rule's days and hours are local, so a job at 9 stays at 9 when the clocks change; an hour
    that a change skips is taken as the same moment one offset later. What was missed during a
    long stop is passed over.
    """
    if not job.rule:
        return None
    zone = ZoneInfo(job.zone)
    begun = job.due.astimezone(zone).replace(tzinfo=None)
    rule = rrulestr(job.rule, dtstart=begun)
    # From a day before: a skipped hour comes later than the rule has it.
    found = rule.after(after.astimezone(zone).replace(tzinfo=None) - timedelta(days=1))
    while found is not None:
        due = found.replace(tzinfo=zone).astimezone(UTC)
        if due > after:
            return due
        found = rule.after(found)
    return None


def slot(job: Job) -> str:
    """The event id under which one occurrence of `job` is committed at most once."""
    local = job.due.astimezone(ZoneInfo(job.zone))
    return f"{job.id}@{local:%Y-%m-%dT%H:%M}"
