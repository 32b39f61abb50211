-- Cohorts, their boards, and what belongs to them. A body is the JSON of the noun; columns beside
-- it are what is searched by.

ALTER TABLE learners ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
ALTER TABLE learners ADD COLUMN reminding TEXT NOT NULL DEFAULT '{}';
-- The alias as it is compared: two that read alike are one.
ALTER TABLE learners ADD COLUMN folded TEXT NOT NULL DEFAULT '';
UPDATE learners SET folded = lower(alias);
CREATE INDEX learners_called ON learners (folded) WHERE folded <> '';

CREATE TABLE cohorts (
    cohort TEXT PRIMARY KEY,
    course TEXT NOT NULL,
    title TEXT NOT NULL,
    zone TEXT NOT NULL,
    state TEXT NOT NULL,
    platform TEXT NOT NULL,
    chat TEXT NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX cohorts_at ON cohorts (chat, platform);

CREATE TABLE members (
    learner TEXT NOT NULL,
    cohort TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (learner, cohort)
);
CREATE INDEX members_of ON members (cohort);
CREATE INDEX roles_of ON roles (cohort);
CREATE INDEX jobs_of ON jobs (subject);

CREATE TABLE overrides (
    learner TEXT NOT NULL,
    cohort TEXT NOT NULL,
    number INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (learner, cohort, number)
);

-- What leads into a cohort or makes an instructor of it; or links an account to a learner.
CREATE TABLE codes (
    code TEXT PRIMARY KEY,
    what TEXT NOT NULL,
    cohort TEXT NOT NULL,
    learner TEXT NOT NULL,
    until TEXT
);
CREATE INDEX codes_of ON codes (learner);
CREATE INDEX codes_for ON codes (cohort);

-- `learner` points to `target`: their accounts are the target's, and reads take the best of both.
CREATE TABLE links (
    learner TEXT PRIMARY KEY,
    target TEXT NOT NULL,
    at TEXT NOT NULL
);
CREATE INDEX links_to ON links (target);

CREATE TABLE rounds (
    round TEXT PRIMARY KEY,
    cohort TEXT NOT NULL,
    course TEXT NOT NULL,
    opened TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX rounds_of ON rounds (cohort);

CREATE TABLE votes (
    learner TEXT NOT NULL,
    round TEXT NOT NULL,
    number INTEGER NOT NULL,
    option TEXT NOT NULL,
    is_right INTEGER NOT NULL,
    PRIMARY KEY (learner, round, number)
);
CREATE INDEX votes_of ON votes (round);

CREATE TABLE certificates (
    code TEXT PRIMARY KEY,
    learner TEXT NOT NULL,
    course TEXT NOT NULL,
    unit TEXT NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    score INTEGER NOT NULL,
    out_of INTEGER NOT NULL,
    at TEXT NOT NULL,
    withdrawn TEXT NOT NULL
);
CREATE INDEX certificates_of ON certificates (learner);

-- The key that seals certificates: made at the first start, and part of every copy of the file.
CREATE TABLE keys (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Weeks and months as UTC times, by the zone whose calendar they follow.
CREATE TABLE calendar (
    zone TEXT NOT NULL,
    period TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (zone, period)
);

-- What learners earned, by board ("course:ID", "cohort:ID") and period ("all", "week 2026-01-05").
CREATE TABLE standing (
    board TEXT NOT NULL,
    period TEXT NOT NULL,
    learner TEXT NOT NULL,
    points INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    PRIMARY KEY (board, period, learner)
) WITHOUT ROWID;
CREATE INDEX standing_of ON standing (learner);
CREATE INDEX standing_by_points ON standing (board, period, points DESC, learner)
    WHERE shown = 1;

-- How many that are shown have so many points: a rank is the sum of what stands above.
CREATE TABLE tally (
    board TEXT NOT NULL,
    period TEXT NOT NULL,
    points INTEGER NOT NULL,
    learners INTEGER NOT NULL,
    PRIMARY KEY (board, period, points)
) WITHOUT ROWID;
CREATE TRIGGER standing_came AFTER INSERT ON standing WHEN new.shown = 1 AND new.points > 0
BEGIN
    INSERT INTO tally VALUES (new.board, new.period, new.points, 1)
    ON CONFLICT (board, period, points) DO UPDATE SET learners = learners + 1;
END;
CREATE TRIGGER standing_went AFTER DELETE ON standing WHEN old.shown = 1 AND old.points > 0
BEGIN
    UPDATE tally SET learners = learners - 1
    WHERE board = old.board AND period = old.period AND points = old.points;
    DELETE FROM tally
    WHERE board = old.board AND period = old.period AND points = old.points AND learners = 0;
END;
CREATE TRIGGER standing_rose AFTER UPDATE ON standing
WHEN new.shown = 1 AND new.points > 0 AND (old.points <> new.points OR old.shown = 0)
BEGIN
    INSERT INTO tally VALUES (new.board, new.period, new.points, 1)
    ON CONFLICT (board, period, points) DO UPDATE SET learners = learners + 1;
END;
CREATE TRIGGER standing_left AFTER UPDATE ON standing
WHEN old.shown = 1 AND old.points > 0 AND (old.points <> new.points OR new.shown = 0)
BEGIN
    UPDATE tally SET learners = learners - 1
    WHERE board = old.board AND period = old.period AND points = old.points;
    DELETE FROM tally
    WHERE board = old.board AND period = old.period AND points = old.points AND learners = 0;
END;

INSERT INTO keys (name, value) VALUES ('certificates', lower(hex(randomblob(32))));

-- The points of before, in the weeks and months in which they were earned.
CREATE TEMP TABLE earned AS
SELECT at, date(at) AS day, subject AS learner, course, CAST(body ->> 'points' AS INTEGER) AS points
FROM log WHERE kind IN ('answered', 'completed', 'streaked') AND body ->> 'points' <> 0;
INSERT INTO calendar (zone, period, since, until)
SELECT 'UTC', period, since || 'T00:00:00.000000Z', until || 'T00:00:00.000000Z' FROM (
    SELECT 'week ' || date(day, '-6 days', 'weekday 1') AS period,
        date(day, '-6 days', 'weekday 1') AS since, date(day, '+1 day', 'weekday 1') AS until
    FROM earned
    UNION SELECT 'month ' || date(day, 'start of month'), date(day, 'start of month'),
        date(day, 'start of month', '+1 month') FROM earned)
UNION ALL SELECT 'UTC', 'all', '', '9999';
INSERT INTO standing (board, period, learner, points, shown)
SELECT 'course:' || earned.course, period, earned.learner, SUM(points),
    COALESCE((SELECT alias <> '' FROM learners WHERE learners.learner = earned.learner), 0)
FROM earned JOIN calendar ON since <= earned.at AND earned.at < until GROUP BY 1, 2, 3;
DROP TABLE earned;
DROP TABLE points;
