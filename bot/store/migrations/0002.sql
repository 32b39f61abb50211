-- Places where nobody can be reached any more: the bot was blocked, removed, or may not write. `learner`
-- is whose own chat it is, "" for a group's.

CREATE TABLE gone (
    place TEXT PRIMARY KEY,
    learner TEXT NOT NULL,
    why TEXT NOT NULL
);
