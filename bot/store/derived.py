"""What the log amounts to, as SQL: the only definitions of `progress` and of `standing`."""


def insert(table: str, columns: str, source: str, then: str = "") -> str:
    """Insert the rows of the JSON list `source`; `then` are more conditions and ON CONFLICT."""
    cells = ", ".join(f"value ->> {number}" for number in range(columns.count(",") + 1))
    return (
        f"INSERT INTO {table} ({columns})\n"
        f"SELECT {cells} FROM json_each({source}) WHERE TRUE {then}"
    )


def upsert_progress(table: str, source: str) -> str:
    """What a record makes of a unit's row: the only definition of `progress`."""
    return insert(
        table,
        "learner, course, unit, attempts, done, first, best, out_of, points, parked",
        source,
        f"""ON CONFLICT (learner, course, unit) DO UPDATE SET
    attempts = CASE WHEN excluded.attempts > {table}.attempts
        THEN excluded.attempts ELSE {table}.attempts END,
    done = CASE WHEN excluded.done = 1 THEN 1 ELSE {table}.done END,
    first = COALESCE({table}.first, excluded.first),
    best = CASE WHEN excluded.best > {table}.best THEN excluded.best ELSE {table}.best END,
    out_of = CASE WHEN excluded.done = 1 OR excluded.out_of > 0
        THEN excluded.out_of ELSE {table}.out_of END,
    points = {table}.points + excluded.points,
    parked = excluded.parked""",
    )


def update_regraded(table: str, people: str) -> str:
    """What marks that were put right make of a unit's row. `people` are pairs (learner, value) of
    whose row it is and the JSON of what it becomes.
    """
    return f"""
UPDATE {table} SET first = now.value ->> 3, best = now.value ->> 4, done = now.value ->> 5,
    points = points + (now.value ->> 6)
FROM ({people}) AS now
WHERE {table}.learner = now.learner
AND {table}.course = now.value ->> 1 AND {table}.unit = now.value ->> 2"""  # noqa: S608


def same_as(learner: str) -> str:
    """A learner and everybody who points to them: one person with several accounts."""
    return f"SELECT {learner} UNION ALL SELECT links.learner FROM links WHERE target = {learner}"  # noqa: S608


def count_in(earned: str, table: str = "standing") -> str:
    """Add points to every board of a learner, for every period that they fall into: the only
    definition of `standing`. `earned` are rows (learner, course, points, at), of one person each.
    """
    return f"""
INSERT INTO {table} (board, period, learner, points, shown)
SELECT found.board, calendar.period, found.learner, SUM(found.points),
    COALESCE((SELECT alias <> '' AND NOT hidden FROM learners
        WHERE learners.learner = found.learner), 0)
FROM (
    SELECT 'course:' || course AS board, 'UTC' AS zone, learner, points, at FROM ({earned})
    UNION ALL
    SELECT 'cohort:' || cohorts.cohort, cohorts.zone, paid.learner, paid.points, paid.at
    FROM ({earned}) AS paid JOIN cohorts ON cohorts.course = paid.course
        AND cohorts.cohort IN (SELECT members.cohort FROM members
            WHERE members.learner IN ({same_as("paid.learner")}))
) AS found JOIN calendar ON calendar.zone = found.zone
    AND calendar.since <= found.at AND found.at < calendar.until
GROUP BY 1, 2, 3
ON CONFLICT (board, period, learner) DO UPDATE SET points = {table}.points + excluded.points"""  # noqa: S608


def counted(who: str = "") -> str:
    """Every row of the log that paid something, by who has it now: rows (learner, course, points,
    at). What a linked account was paid for counts, unless it was paid for to the account it points
    to, or to one that comes before it there. `who` are the only learners to read, "" for all.
    """
    only = f"AND log.subject IN ({who})" if who else ""
    return f"""
    SELECT learner, course, points, at FROM (
        SELECT *, MIN(own) OVER (PARTITION BY learner, course, thing) AS chosen FROM (
            SELECT COALESCE(links.target, log.subject) AS learner, log.course, log.at,
                CAST(log.body ->> 'points' AS INTEGER) AS points,
                log.kind || ' ' || COALESCE(log.body ->> 'unit', '') || ' '
                || COALESCE(log.body ->> 'item', log.body ->> 'day', '') AS thing,
                CASE WHEN links.target IS NULL THEN '' ELSE log.subject END AS own
            FROM log LEFT JOIN links ON links.learner = log.subject
            WHERE log.kind IN ('answered', 'completed', 'streaked', 'won', 'regraded')
            AND log.body ->> 'points' <> 0 {only}))
    WHERE own = chosen"""  # noqa: S608
