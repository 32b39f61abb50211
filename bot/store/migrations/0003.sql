-- What a model's work costs, in tokens and billionths of a dollar. `calls` are the questions to a
-- model that are on their way, at their worst; `spent` is what counts against a budget, by scope
-- ("learner:7/day", "service/month") and period ("2026-01-05", "2026-01"); `used` is what all
-- learners used together, by kind of token.

ALTER TABLE learners ADD COLUMN asked TEXT NOT NULL DEFAULT '';

CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    learner TEXT NOT NULL,
    course TEXT NOT NULL,
    unit TEXT NOT NULL,
    model TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    scopes TEXT NOT NULL
);

CREATE TABLE spent (
    scope TEXT NOT NULL,
    period TEXT NOT NULL,
    learner TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    PRIMARY KEY (scope, period)
);
CREATE INDEX spent_of ON spent (learner);

CREATE TABLE used (
    month TEXT NOT NULL,
    course TEXT NOT NULL,
    unit TEXT NOT NULL,
    model TEXT NOT NULL,
    talks INTEGER NOT NULL,
    calls INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    fresh INTEGER NOT NULL,
    written INTEGER NOT NULL,
    cached INTEGER NOT NULL,
    answer INTEGER NOT NULL,
    unknown INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    PRIMARY KEY (month, course, unit, model)
);

-- To find a talk, and to let old ones go.
CREATE INDEX log_talked ON log (subject, course) WHERE kind = 'talked';
CREATE INDEX log_talked_at ON log (at) WHERE kind = 'talked';
CREATE INDEX log_parked_at ON log (at) WHERE kind = 'parked';
