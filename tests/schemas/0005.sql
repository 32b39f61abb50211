-- A file as schema 5 wrote it: that of schema 4, and somebody who was forgotten.
PRAGMA application_id = 1400466540;
PRAGMA user_version = 5;
BEGIN TRANSACTION;
CREATE TABLE accounts (
    account TEXT PRIMARY KEY,
    learner TEXT NOT NULL
);
INSERT INTO "accounts" VALUES('telegram:ann','ann');
INSERT INTO "accounts" VALUES('telegram:bo','bo');
INSERT INTO "accounts" VALUES('discord:ann','ann-2');
CREATE TABLE calendar (
    zone TEXT NOT NULL,
    period TEXT NOT NULL,
    since TEXT NOT NULL,
    until TEXT NOT NULL,
    PRIMARY KEY (zone, period)
);
INSERT INTO "calendar" VALUES('UTC','all','','9999');
INSERT INTO "calendar" VALUES('UTC','month 2026-01-01','2026-01-01T00:00:00.000000Z','2026-02-01T00:00:00.000000Z');
INSERT INTO "calendar" VALUES('UTC','week 2026-01-05','2026-01-05T00:00:00.000000Z','2026-01-12T00:00:00.000000Z');
INSERT INTO "calendar" VALUES('Europe/Berlin','all','','9999');
INSERT INTO "calendar" VALUES('Europe/Berlin','month 2026-01-01','2025-12-31T23:00:00.000000Z','2026-01-31T23:00:00.000000Z');
INSERT INTO "calendar" VALUES('Europe/Berlin','month 2026-02-01','2026-01-31T23:00:00.000000Z','2026-02-28T23:00:00.000000Z');
INSERT INTO "calendar" VALUES('Europe/Berlin','week 2025-12-29','2025-12-28T23:00:00.000000Z','2026-01-04T23:00:00.000000Z');
INSERT INTO "calendar" VALUES('Europe/Berlin','week 2026-01-05','2026-01-04T23:00:00.000000Z','2026-01-11T23:00:00.000000Z');
INSERT INTO "calendar" VALUES('Europe/Berlin','week 2026-01-12','2026-01-11T23:00:00.000000Z','2026-01-18T23:00:00.000000Z');
INSERT INTO "calendar" VALUES('Europe/Berlin','week 2026-01-26','2026-01-25T23:00:00.000000Z','2026-02-01T23:00:00.000000Z');
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
INSERT INTO "calls" VALUES(1,'2026-01-05T09:00:00.000000Z','ann','tiny','lab','claude-haiku-5-5',100,200,'[["learner:ann/day", "2026-01-05", "ann", 0, 0]]');
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
INSERT INTO "certificates" VALUES('CERT-ANN','ann','tiny','q1','Ann','Quiz',1,1,'2026-01-05T09:00:00.000000Z','');
CREATE TABLE codes (
    code TEXT PRIMARY KEY,
    what TEXT NOT NULL,
    cohort TEXT NOT NULL,
    learner TEXT NOT NULL,
    until TEXT
);
INSERT INTO "codes" VALUES('SPRNG234','learner','spring','',NULL);
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
INSERT INTO "cohorts" VALUES('spring','tiny','Spring','Europe/Berlin','open','telegram','-9',1,'{"id":"spring","course":"tiny","title":"Spring","zone":"Europe/Berlin","state":"open","board":"all","place":{"platform":"telegram","chat":"-9","topic":"","private":false},"dates":[{"module":"m1","opens":"2026-01-05T09:00","due":"2026-01-12T09:00"}],"posts":[{"number":1,"kind":"leaderboard","first":"2026-01-09T17:00","rule":"FREQ=WEEKLY","said":"every Friday 17:00","place":{"platform":"telegram","chat":"-9","topic":"","private":false},"words":"","by":"bo"}],"cost":0,"code":"SPRNG234","version":1,"changed":"began","changed_by":"bo","changed_at":"2026-01-05T09:00:00Z"}');
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    at TEXT NOT NULL
);
INSERT INTO "events" VALUES('ann:1','2026-01-05T09:00:00.000000Z');
INSERT INTO "events" VALUES('bo:1','2026-01-05T09:00:00.000000Z');
INSERT INTO "events" VALUES('bo:2','2026-01-05T09:00:00.000000Z');
INSERT INTO "events" VALUES('ann:2','2026-01-05T09:00:00.000000Z');
INSERT INTO "events" VALUES('bo:3','2026-01-05T09:00:00.000000Z');
INSERT INTO "events" VALUES('week:1','2026-01-05T09:00:00.000000Z');
INSERT INTO "events" VALUES('ann:3','2026-01-05T09:00:00.000000Z');
INSERT INTO "events" VALUES('ann:4','2026-01-05T09:00:00.000000Z');
INSERT INTO "events" VALUES('ann:5','2026-01-05T09:00:00.000000Z');
INSERT INTO "events" VALUES('ann-2:1','2026-01-05T09:00:00.000000Z');
CREATE TABLE forgotten (
    id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    day TEXT NOT NULL
);
INSERT INTO "forgotten" VALUES(1,'5424626b932a2ff9d191f0982447a979fddd8b4be251e924370cb66900df018e','2026-01-05');
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
INSERT INTO "jobs" VALUES('post:1:spring','spring','tiny','{"platform":"telegram","chat":"-9","topic":"","private":false}','FREQ=WEEKLY','Europe/Berlin','2026-01-09T16:00:00.000000Z');
CREATE TABLE keys (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
INSERT INTO "keys" VALUES('certificates','5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e5e');
CREATE TABLE learners (
    learner TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    alias TEXT NOT NULL,
    zone TEXT NOT NULL,
    language TEXT NOT NULL,
    consent INTEGER NOT NULL,
    course TEXT NOT NULL
, asked TEXT NOT NULL DEFAULT '', hidden INTEGER NOT NULL DEFAULT 0, reminding TEXT NOT NULL DEFAULT '{}', folded TEXT NOT NULL DEFAULT '');
INSERT INTO "learners" VALUES('ann','2026-01-05T09:00:00.000000Z','Ann','Europe/Berlin','en',1,'tiny','Anthropic, 30 days',0,'{"days":"","at":1080,"quiet_from":1320,"quiet_to":420,"deadlines":false,"snoozed":null,"place":null}','ann');
INSERT INTO "learners" VALUES('bo','2026-01-05T09:00:00.000000Z','Bo','Europe/Berlin','en',0,'tiny','',0,'{"days":"","at":1080,"quiet_from":1320,"quiet_to":420,"deadlines":false,"snoozed":null,"place":null}','bo');
INSERT INTO "learners" VALUES('ann-2','2026-01-05T09:00:00.000000Z','','UTC','en',0,'','',0,'{"days":"","at":1080,"quiet_from":1320,"quiet_to":420,"deadlines":false,"snoozed":null,"place":null}','');
CREATE TABLE links (
    learner TEXT PRIMARY KEY,
    target TEXT NOT NULL,
    at TEXT NOT NULL
);
INSERT INTO "links" VALUES('ann-2','ann','2026-01-05T09:00:00.000000Z');
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
INSERT INTO "log" VALUES(6,'2026-01-05T09:00:00.000000Z','ann','tiny','ann:1','changed','{"profile":{"alias":"Ann","zone":"Europe/Berlin","language":"en","consent":true,"course":"tiny","asked":"Anthropic, 30 days","hidden":false,"reminding":{"days":"","at":1080,"quiet_from":1320,"quiet_to":420,"deadlines":false,"snoozed":null,"place":null}},"kind":"changed"}');
INSERT INTO "log" VALUES(7,'2026-01-05T09:00:00.000000Z','ann','tiny','ann:1','scheduled','{"job":{"id":"rem:ann","subject":"ann","course":"tiny","place":{"platform":"telegram","chat":"42","topic":"","private":true},"due":"2026-01-06T09:00:00Z","rule":"FREQ=DAILY","zone":"Europe/Berlin"},"kind":"scheduled"}');
INSERT INTO "log" VALUES(8,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','opened','{"unit":"l1","attempt":1,"kind":"opened"}');
INSERT INTO "log" VALUES(9,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','completed','{"unit":"l1","attempt":1,"score":0,"out_of":0,"points":10,"passed":true,"kind":"completed"}');
INSERT INTO "log" VALUES(10,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','opened','{"unit":"q1","attempt":1,"kind":"opened"}');
INSERT INTO "log" VALUES(11,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','answered','{"unit":"q1","item":"q1-1","options":["a"],"right":true,"attempt":1,"wording":"w1","misconception":"","points":5,"kind":"answered"}');
INSERT INTO "log" VALUES(12,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','parked','{"unit":"l2","state":{"card":1,"done":false,"kind":"reading"},"kind":"parked"}');
INSERT INTO "log" VALUES(13,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','changed','{"profile":{"alias":"Bo","zone":"Europe/Berlin","language":"en","consent":false,"course":"tiny","asked":"","hidden":false,"reminding":{"days":"","at":1080,"quiet_from":1320,"quiet_to":420,"deadlines":false,"snoozed":null,"place":null}},"kind":"changed"}');
INSERT INTO "log" VALUES(14,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:1','scheduled','{"job":{"id":"rem:bo","subject":"bo","course":"tiny","place":{"platform":"telegram","chat":"42","topic":"","private":true},"due":"2026-01-06T09:00:00Z","rule":"FREQ=DAILY","zone":"Europe/Berlin"},"kind":"scheduled"}');
INSERT INTO "log" VALUES(15,'2026-01-05T09:00:00.000000Z','spring','tiny','bo:2','arranged','{"cohort":{"id":"spring","course":"tiny","title":"Spring","zone":"Europe/Berlin","state":"open","board":"all","place":{"platform":"telegram","chat":"-9","topic":"","private":false},"dates":[{"module":"m1","opens":"2026-01-05T09:00","due":"2026-01-12T09:00"}],"posts":[{"number":1,"kind":"leaderboard","first":"2026-01-09T17:00","rule":"FREQ=WEEKLY","said":"every Friday 17:00","place":{"platform":"telegram","chat":"-9","topic":"","private":false},"words":"","by":"bo"}],"cost":0,"code":"SPRNG234","version":1,"changed":"began","changed_by":"bo","changed_at":"2026-01-05T09:00:00Z"},"by":"bo","kind":"arranged"}');
INSERT INTO "log" VALUES(16,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:2','appointed','{"cohort":"spring","learner":"bo","ended":false,"kind":"appointed"}');
INSERT INTO "log" VALUES(17,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:2','invited','{"code":"SPRNG234","what":"learner","of":"spring","until":null,"kind":"invited"}');
INSERT INTO "log" VALUES(18,'2026-01-05T09:00:00.000000Z','bo','tiny','bo:2','scheduled','{"job":{"id":"post:1:spring","subject":"spring","course":"tiny","place":{"platform":"telegram","chat":"-9","topic":"","private":false},"due":"2026-01-09T16:00:00Z","rule":"FREQ=WEEKLY","zone":"Europe/Berlin"},"kind":"scheduled"}');
INSERT INTO "log" VALUES(19,'2026-01-05T09:00:00.000000Z','ann','tiny','ann:2','joined','{"cohort":"spring","kind":"joined"}');
INSERT INTO "log" VALUES(20,'2026-01-05T09:00:00.000000Z','ann','tiny','bo:3','allowed','{"cohort":"spring","learner":"ann","override":{"number":1,"kind":"time","unit":"m1","by":"bo","at":"2026-01-05T09:00:00Z","until":"2026-01-14T09:00","attempt":0},"undone":false,"kind":"allowed"}');
INSERT INTO "log" VALUES(21,'2026-01-05T09:00:00.000000Z','spring','tiny','week:1','asked','{"round":{"id":"r1","cohort":"spring","course":"tiny","kind":"week","items":[["q1-1","w1"]],"place":{"platform":"telegram","chat":"-9","topic":"","private":false},"opened":"2026-01-05T09:00:00Z","closes":"2026-01-12T09:00:00Z","closed":false},"kind":"asked"}');
INSERT INTO "log" VALUES(22,'2026-01-05T09:00:00.000000Z','ann','tiny','ann:3','voted','{"round":"r1","number":0,"option":"a","right":true,"kind":"voted"}');
INSERT INTO "log" VALUES(23,'2026-01-05T09:00:00.000000Z','ann','tiny','ann:4','certified','{"code":"CERT-ANN","unit":"q1","name":"Ann","title":"Quiz","score":1,"out_of":1,"kind":"certified"}');
INSERT INTO "log" VALUES(24,'2026-01-05T09:00:00.000000Z','ann','tiny','ann:5','invited','{"code":"LNKANN23","what":"link","of":"ann","until":null,"kind":"invited"}');
INSERT INTO "log" VALUES(25,'2026-01-05T09:00:00.000000Z','ann-2','tiny','ann-2:1','linked','{"learner":"ann-2","into":"ann","ended":false,"kind":"linked"}');
INSERT INTO "log" VALUES(26,'2026-01-05T09:00:00.000000Z','ann-2','tiny','ann-2:1','uninvited','{"code":"LNKANN23","kind":"uninvited"}');
CREATE TABLE members (
    learner TEXT NOT NULL,
    cohort TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (learner, cohort)
);
INSERT INTO "members" VALUES('ann','spring','2026-01-05T09:00:00.000000Z');
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
INSERT INTO "outbox" VALUES(2,'bo','tiny','{"platform":"telegram","chat":"42","topic":"","private":true}','',0,0,1,'{"text":"Question","choices":[{"key":"q1-1-a.1.3.tiny","label":"Yes","aside":false}],"write":"","files":[],"to":null,"page":false,"speaker":"","role":"","chosen":"","whisper":false}');
CREATE TABLE overrides (
    learner TEXT NOT NULL,
    cohort TEXT NOT NULL,
    number INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (learner, cohort, number)
);
INSERT INTO "overrides" VALUES('ann','spring',1,'{"number":1,"kind":"time","unit":"m1","by":"bo","at":"2026-01-05T09:00:00Z","until":"2026-01-14T09:00","attempt":0}');
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
CREATE TABLE rounds (
    round TEXT PRIMARY KEY,
    cohort TEXT NOT NULL,
    course TEXT NOT NULL,
    opened TEXT NOT NULL,
    body TEXT NOT NULL
);
INSERT INTO "rounds" VALUES('r1','spring','tiny','2026-01-05T09:00:00.000000Z','{"id":"r1","cohort":"spring","course":"tiny","kind":"week","items":[["q1-1","w1"]],"place":{"platform":"telegram","chat":"-9","topic":"","private":false},"opened":"2026-01-05T09:00:00Z","closes":"2026-01-12T09:00:00Z","closed":false}');
CREATE TABLE sessions (
    subject TEXT NOT NULL,
    course TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (subject, course)
);
INSERT INTO "sessions" VALUES('ann','tiny','{"subject":"ann","course":"tiny","unit":"q1","state":{"attempt":1,"item":"q1-1","shown":"w1","given":[],"first":null,"first_of":0,"kind":"quizzing"},"turn":3,"last":"","offered":[],"ahead":[],"waiting":null,"streak":{"length":0,"points":0,"at":null,"zone":"UTC","frozen":[]},"reminded":0}');
INSERT INTO "sessions" VALUES('bo','tiny','{"subject":"bo","course":"tiny","unit":"q1","state":{"attempt":1,"item":"q1-1","shown":"w1","given":[],"first":null,"first_of":0,"kind":"quizzing"},"turn":3,"last":"","offered":[],"ahead":[],"waiting":null,"streak":{"length":0,"points":0,"at":null,"zone":"UTC","frozen":[]},"reminded":0}');
CREATE TABLE spent (
    scope TEXT NOT NULL,
    period TEXT NOT NULL,
    learner TEXT NOT NULL,
    tokens INTEGER NOT NULL,
    cost INTEGER NOT NULL,
    PRIMARY KEY (scope, period)
);
INSERT INTO "spent" VALUES('learner:ann/day','2026-01-05','ann',100,200);
CREATE TABLE standing (
    board TEXT NOT NULL,
    period TEXT NOT NULL,
    learner TEXT NOT NULL,
    points INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    PRIMARY KEY (board, period, learner)
) WITHOUT ROWID;
INSERT INTO "standing" VALUES('cohort:spring','all','ann',15,1);
INSERT INTO "standing" VALUES('cohort:spring','month 2026-01-01','ann',15,1);
INSERT INTO "standing" VALUES('cohort:spring','week 2026-01-05','ann',15,1);
INSERT INTO "standing" VALUES('course:tiny','all','ann',15,1);
INSERT INTO "standing" VALUES('course:tiny','all','bo',15,1);
INSERT INTO "standing" VALUES('course:tiny','month 2026-01-01','ann',15,1);
INSERT INTO "standing" VALUES('course:tiny','month 2026-01-01','bo',15,1);
INSERT INTO "standing" VALUES('course:tiny','week 2026-01-05','ann',15,1);
INSERT INTO "standing" VALUES('course:tiny','week 2026-01-05','bo',15,1);
CREATE TABLE tally (
    board TEXT NOT NULL,
    period TEXT NOT NULL,
    points INTEGER NOT NULL,
    learners INTEGER NOT NULL,
    PRIMARY KEY (board, period, points)
) WITHOUT ROWID;
INSERT INTO "tally" VALUES('cohort:spring','all',15,1);
INSERT INTO "tally" VALUES('cohort:spring','month 2026-01-01',15,1);
INSERT INTO "tally" VALUES('cohort:spring','week 2026-01-05',15,1);
INSERT INTO "tally" VALUES('course:tiny','all',15,2);
INSERT INTO "tally" VALUES('course:tiny','month 2026-01-01',15,2);
INSERT INTO "tally" VALUES('course:tiny','week 2026-01-05',15,2);
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
CREATE TABLE votes (
    learner TEXT NOT NULL,
    round TEXT NOT NULL,
    number INTEGER NOT NULL,
    option TEXT NOT NULL,
    is_right INTEGER NOT NULL,
    PRIMARY KEY (learner, round, number)
);
INSERT INTO "votes" VALUES('ann','r1',0,'a',1);
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
CREATE INDEX cohorts_at ON cohorts (chat, platform);
CREATE INDEX members_of ON members (cohort);
CREATE INDEX roles_of ON roles (cohort);
CREATE INDEX jobs_of ON jobs (subject);
CREATE INDEX learners_called ON learners (folded) WHERE folded <> '';
CREATE INDEX codes_for ON codes (cohort);
CREATE INDEX codes_of ON codes (learner);
CREATE INDEX links_to ON links (target);
CREATE INDEX rounds_of ON rounds (cohort);
CREATE INDEX votes_of ON votes (round);
CREATE INDEX certificates_of ON certificates (learner);
CREATE INDEX standing_of ON standing (learner);
CREATE INDEX standing_by_points ON standing (board, period, points DESC, learner)
    WHERE shown = 1;
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
COMMIT;
