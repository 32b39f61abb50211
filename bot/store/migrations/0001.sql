-- The first schema. Times are UTC as "2026-01-05T09:00:00.000000Z": fixed in width, so that they
-- sort as text; readable in an export and in any database browser; read alike by PostgreSQL.
-- A subject is a learner or a cohort. Bodies, places and parked states are JSON.

CREATE TABLE accounts (
    account TEXT PRIMARY KEY,
    learner TEXT NOT NULL
);
CREATE INDEX accounts_of ON accounts (learner);

CREATE TABLE learners (
    learner TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    alias TEXT NOT NULL,
    zone TEXT NOT NULL,
    language TEXT NOT NULL,
    consent INTEGER NOT NULL,
    course TEXT NOT NULL
);

CREATE TABLE roles (
    learner TEXT NOT NULL,
    name TEXT NOT NULL,
    cohort TEXT NOT NULL,
    PRIMARY KEY (learner, name, cohort)
);

CREATE TABLE sessions (
    subject TEXT NOT NULL,
    course TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (subject, course)
);

CREATE TABLE prompts (
    subject TEXT NOT NULL,
    course TEXT NOT NULL,
    place TEXT NOT NULL,
    ref TEXT NOT NULL,
    PRIMARY KEY (subject, course)
);

CREATE TABLE log (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    subject TEXT NOT NULL,
    course TEXT NOT NULL,
    event TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX log_of ON log (subject);
CREATE TRIGGER log_is_never_changed BEFORE UPDATE ON log
BEGIN
    SELECT RAISE(ABORT, 'rows of the log are never changed');
END;

CREATE TABLE progress (
    learner TEXT NOT NULL,
    course TEXT NOT NULL,
    unit TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    done INTEGER NOT NULL,
    first INTEGER,
    best INTEGER NOT NULL,
    out_of INTEGER NOT NULL,
    points INTEGER NOT NULL,
    parked TEXT,
    PRIMARY KEY (learner, course, unit)
);

CREATE TABLE points (
    learner TEXT NOT NULL,
    course TEXT NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (learner, course)
);

CREATE TABLE wordings (
    hash TEXT PRIMARY KEY,
    body TEXT NOT NULL
);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    learner TEXT NOT NULL,
    course TEXT NOT NULL,
    place TEXT NOT NULL,
    reply_to TEXT NOT NULL,
    post INTEGER NOT NULL,
    sending INTEGER NOT NULL,
    prompt INTEGER NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    course TEXT NOT NULL,
    place TEXT NOT NULL,
    rule TEXT NOT NULL,
    zone TEXT NOT NULL,
    due TEXT NOT NULL
);
CREATE INDEX jobs_due ON jobs (due);

CREATE TABLE events (
    id TEXT PRIMARY KEY,
    at TEXT NOT NULL
);
CREATE INDEX events_at ON events (at);
