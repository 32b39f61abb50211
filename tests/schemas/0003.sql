-- A file as schema 3 wrote it: that of schema 2, and a learner who agreed to a model, with a call
-- that was cut off, and what was spent and used.
PRAGMA application_id = 1400466540;
PRAGMA user_version = 3;
BEGIN TRANSACTION;
CREATE TABLE accounts (
    account TEXT PRIMARY KEY,
    learner TEXT NOT NULL
);
INSERT INTO "accounts" VALUES('telegram:ann','ann');
INSERT INTO "accounts" VALUES('telegram:bo','bo');
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
INSERT INTO "calls" VALUES(1,'2026-01-05T09:00:00.000000Z','ann','tiny','lab','claude-haiku-5-5',100,200,'[["learner:ann/day","2026-01-05","ann",0,0]]');
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    at TEXT NOT NULL
);
INSERT INTO "events" VALUES('ann:1','2026-01-05T09:00:00.000000Z');
INSERT INTO "events" VALUES('bo:1','2026-01-05T09:00:00.000000Z');
CREATE TABLE gone (
    place TEXT PRIMARY KEY,
    learner TEXT NOT NULL,
    why TEXT NOT NULL
);
INSERT INTO "gone" VALUES('{"platform":"telegram","chat":"-7","topic":"","private":false}','','the bot was removed');
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    course TEXT NOT NULL,
    place TEXT NOT NULL,
    rule TEXT NOT NULL,
    zone TEXT NOT NULL,
    due TEXT NOT NULL
);
INSERT INTO "jobs" VALUES('rem:ann','ann','tiny','{"platform":"telegram","chat":"42","topic":"","private":true}','FREQ=DAILY','Europe/Berlin','2026-01-06T09:00:00.000000Z');
INSERT INTO "jobs" VALUES('rem:bo','bo','tiny','{"platform":"telegram","chat":"42","topic":"","private":true}','FREQ=DAILY','Europe/Berlin','2026-01-06T09:00:00.000000Z');
CREATE TABLE learners (
    learner TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    alias TEXT NOT NULL,
    zone TEXT NOT NULL,
    language TEXT NOT NULL,
    consent INTEGER NOT NULL,
    course TEXT NOT NULL
, asked TEXT NOT NULL DEFAULT '');
INSERT INTO "learners" VALUES('ann','2026-01-05T09:00:00.000000Z','Ann','Europe/Berlin','en',1,'tiny','Anthropic, 30 days');
INSERT INTO "learners" VALUES('bo','2026-01-05T09:00:00.000000Z','Bo','Europe/Berlin','en',0,'tiny','');
CREATE TABLE log (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    subject TEXT NOT NULL,
    course TEXT NOT NULL,
    event TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL
);
INSERT INTO "log" VALUES(1,'2026-01-05T09:00:00.000000Z','ann','tiny','ann:1','opened','{"unit":"l1","attempt":1,"kind":"opened"}');
INSERT INTO "log" VALUES(2,'2026-01-05T09:00:00.000000Z','ann','tiny','ann:1','completed','{"unit":"l1","attempt":1,"score":0,"out_of":0,"points":10,"passed":true,"kind":"completed"}');
INSERT INTO "log" VALUES(3,'2026-01-05T09:00:00.000000Z','ann','tiny','ann:1','opened','{"unit":"q1","attempt":1,"kind":"opened"}');
INSERT INTO "log" VALUES(4,'2026-01-05T09:00:00.000000Z','ann','tiny','ann:1','answered','{"unit":"q1","item":"q1-1","options":["a"],"right":true,"attempt":1,"wording":"w1","misconception":"","points":5,"kind":"answered"}');
INSERT INTO "log" VALUES(5,'2026-01-05T09:00:00.000000Z','ann','tiny','ann:1','parked','{"unit":"l2","state":{"card":1,"done":false,"kind":"reading"},"kind":"parked"}');
INSERT INTO "log" VALUES(6,'2026-01-05T09:00:00.000000Z','ann','tiny','ann:1','changed','{"profile":{"alias":"Ann","zone":"Europe/Berlin","language":"en","consent":false,"course":"tiny"},"kind":"changed"}');
INSERT INTO "log" VALUES(7,'2026-01-05T09:00:00.000000Z','ann','tiny','ann:1','scheduled','{"job":{"id":"rem:ann","subject":"ann","course":"tiny","place":{"platform":"telegram","chat":"42","topic":"","private":true},"due":"2026-01-06T09:00:00Z","rule":"FREQ=DAILY","zone":"Europe/Berlin"},"kind":"scheduled"}');
INSERT INTO "log" VALUES(8,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','opened','{"unit":"l1","attempt":1,"kind":"opened"}');
INSERT INTO "log" VALUES(9,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','completed','{"unit":"l1","attempt":1,"score":0,"out_of":0,"points":10,"passed":true,"kind":"completed"}');
INSERT INTO "log" VALUES(10,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','opened','{"unit":"q1","attempt":1,"kind":"opened"}');
INSERT INTO "log" VALUES(11,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','answered','{"unit":"q1","item":"q1-1","options":["a"],"right":true,"attempt":1,"wording":"w1","misconception":"","points":5,"kind":"answered"}');
INSERT INTO "log" VALUES(12,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','parked','{"unit":"l2","state":{"card":1,"done":false,"kind":"reading"},"kind":"parked"}');
INSERT INTO "log" VALUES(13,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','changed','{"profile":{"alias":"Bo","zone":"Europe/Berlin","language":"en","consent":false,"course":"tiny"},"kind":"changed"}');
INSERT INTO "log" VALUES(14,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','scheduled','{"job":{"id":"rem:bo","subject":"bo","course":"tiny","place":{"platform":"telegram","chat":"42","topic":"","private":true},"due":"2026-01-06T09:00:00Z","rule":"FREQ=DAILY","zone":"Europe/Berlin"},"kind":"scheduled"}');
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
INSERT INTO "outbox" VALUES(2,'bo','tiny','{"platform":"telegram","chat":"42","topic":"","private":true}','',0,0,1,'{"text":"Question","choices":[{"key":"q1-1-a.1.3.tiny","label":"Yes"}],"write":"","files":[],"to":null,"page":false,"speaker":""}');
CREATE TABLE points (
    learner TEXT NOT NULL,
    course TEXT NOT NULL,
    total INTEGER NOT NULL,
    PRIMARY KEY (learner, course)
);
INSERT INTO "points" VALUES('ann','tiny',15);
INSERT INTO "points" VALUES('bo','tiny',15);
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
INSERT INTO "progress" VALUES('ann','tiny','l1',1,1,0,0,0,10,NULL);
INSERT INTO "progress" VALUES('ann','tiny','q1',1,0,NULL,0,0,5,NULL);
INSERT INTO "progress" VALUES('ann','tiny','l2',0,0,NULL,0,0,0,'{"card":1,"done":false,"kind":"reading"}');
INSERT INTO "progress" VALUES('bo','tiny','l1',1,1,0,0,0,10,NULL);
INSERT INTO "progress" VALUES('bo','tiny','q1',1,0,NULL,0,0,5,NULL);
INSERT INTO "progress" VALUES('bo','tiny','l2',0,0,NULL,0,0,0,'{"card":1,"done":false,"kind":"reading"}');
CREATE TABLE prompts (
    subject TEXT NOT NULL,
    course TEXT NOT NULL,
    place TEXT NOT NULL,
    ref TEXT NOT NULL,
    PRIMARY KEY (subject, course)
);
INSERT INTO "prompts" VALUES('ann','tiny','{"platform":"telegram","chat":"42","topic":"","private":true}','m1');
CREATE TABLE roles (
    learner TEXT NOT NULL,
    name TEXT NOT NULL,
    cohort TEXT NOT NULL,
    PRIMARY KEY (learner, name, cohort)
);
INSERT INTO "roles" VALUES('bo','instructor','spring');
CREATE TABLE sessions (
    subject TEXT NOT NULL,
    course TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (subject, course)
);
INSERT INTO "sessions" VALUES('ann','tiny','{"subject":"ann","course":"tiny","unit":"q1","state":{"attempt":1,"item":"q1-1","shown":"w1","given":[],"first":null,"kind":"quizzing"},"turn":3,"last":"","offered":[],"ahead":[],"waiting":null,"streak":{"length":0,"points":0,"at":null,"zone":"UTC","frozen":[]}}');
INSERT INTO "sessions" VALUES('bo','tiny','{"subject":"bo","course":"tiny","unit":"q1","state":{"attempt":1,"item":"q1-1","shown":"w1","given":[],"first":null,"kind":"quizzing"},"turn":3,"last":"","offered":[],"ahead":[],"waiting":null,"streak":{"length":0,"points":0,"at":null,"zone":"UTC","frozen":[]}}');
CREATE TABLE spent (
    scope TEXT NOT NULL,
    period TEXT NOT NULL,
    learner TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    PRIMARY KEY (scope, period)
);
INSERT INTO "spent" VALUES('learner:ann/day','2026-01-05','ann',100,200);
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
INSERT INTO "used" VALUES('2026-01','tiny','lab','claude-haiku-5-5',1,2,0,10,20,30,40,0,5000);
CREATE TABLE wordings (
    hash TEXT PRIMARY KEY,
    body TEXT NOT NULL
);
INSERT INTO "wordings" VALUES('w1','{"stem":"Is it?"}');
CREATE INDEX accounts_of ON accounts (learner);
CREATE INDEX log_of ON log (subject);
CREATE TRIGGER log_is_never_changed BEFORE UPDATE ON log
BEGIN
    SELECT RAISE(ABORT, 'rows of the log are never changed');
END;
CREATE INDEX jobs_due ON jobs (due);
CREATE INDEX events_at ON events (at);
CREATE INDEX spent_of ON spent (learner);
CREATE INDEX log_talked ON log (subject, course) WHERE kind = 'talked';
CREATE INDEX log_talked_at ON log (at) WHERE kind = 'talked';
CREATE INDEX log_parked_at ON log (at) WHERE kind = 'parked';
COMMIT;
