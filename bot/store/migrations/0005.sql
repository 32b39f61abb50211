-- Who was forgotten, so that no older copy of this file brings anybody back: a hash of the learner's
-- id, and the day (UTC). The id numbers them in their order.

CREATE TABLE forgotten (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    day TEXT NOT NULL
);
