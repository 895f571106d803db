-- A file as servers of schema version 5 wrote it.
PRAGMA page_size = 8192;

CREATE TABLE status_events (
    company_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    origin INTEGER NOT NULL CHECK (origin BETWEEN 1 AND 5),
    occurred_at INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    status INTEGER NOT NULL CHECK (status BETWEEN 1 AND 8),
    recorded_at INTEGER NOT NULL,
    sequence INTEGER NOT NULL DEFAULT 0,
    call_id INTEGER,
    device_id TEXT,
    label TEXT,
    actor TEXT,
    PRIMARY KEY (company_id, agent_id, origin, occurred_at, event_id),
    UNIQUE (event_id, company_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE business_hours (
    company_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    in_force_from INTEGER NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (company_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE offline_periods (
    company_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    periods TEXT,
    business_ms INTEGER,
    computed_through INTEGER NOT NULL,
    hours_in_force_from INTEGER,
    hours_fault TEXT,
    PRIMARY KEY (company_id, agent_id, started_at)
) STRICT, WITHOUT ROWID;

CREATE TABLE pending_offline_periods (
    number INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    changed_from INTEGER NOT NULL
) STRICT;

CREATE TABLE call_steps (
    company_id INTEGER NOT NULL,
    call_id INTEGER NOT NULL,
    ring_at INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    ring_group_id INTEGER NOT NULL,
    queue_rule INTEGER NOT NULL,
    outcome INTEGER NOT NULL,
    classification INTEGER NOT NULL,
    label TEXT NOT NULL,
    status INTEGER NOT NULL,
    status_label TEXT NOT NULL,
    status_since INTEGER,
    origin INTEGER NOT NULL,
    known_through INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (company_id, call_id, ring_at, agent_id, ring_group_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE retractions (
    company_id INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (company_id, event_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_log (
    recorded_at INTEGER NOT NULL,
    entry_id TEXT NOT NULL,
    identity TEXT NOT NULL,
    address TEXT NOT NULL,
    rpc TEXT NOT NULL,
    company_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    PRIMARY KEY (recorded_at, entry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX offline_periods_by_end ON offline_periods (company_id, ended_at, hours_in_force_from);

CREATE INDEX offline_periods_without_hours ON offline_periods (company_id) WHERE hours_in_force_from IS NULL;

CREATE INDEX call_steps_by_time ON call_steps (company_id, ring_at, call_id);

CREATE INDEX call_steps_by_agent ON call_steps (company_id, agent_id, ring_at, call_id);

CREATE INDEX audit_log_by_company ON audit_log (company_id, recorded_at);

CREATE INDEX status_events_left ON status_events (company_id, agent_id, occurred_at) WHERE status = 8;

CREATE VIEW readable_call_steps AS
SELECT company_id, call_id, ring_group_id, agent_id,
    CASE queue_rule WHEN 1 THEN 'ALWAYS' WHEN 2 THEN 'AVAILABLE_ONLY' END AS queue_rule,
    strftime('%Y-%m-%dT%H:%M:%fZ', ring_at / 1000.0, 'unixepoch') AS ring_at,
    CASE outcome WHEN 1 THEN 'NO_ANSWER' WHEN 2 THEN 'REJECTED' WHEN 3 THEN 'UNREACHABLE'
        WHEN 4 THEN 'CANCELLED' WHEN 5 THEN 'ANSWERED_ELSEWHERE' WHEN 6 THEN 'ANSWERED'
        WHEN 7 THEN 'DEVICE_BUSY' END AS outcome,
    label,
    CASE status WHEN 1 THEN 'ONLINE' WHEN 2 THEN 'IDLE' WHEN 3 THEN 'ON_CALL' WHEN 4 THEN 'WRAP_UP'
        WHEN 5 THEN 'BUSY' WHEN 6 THEN 'AWAY' WHEN 7 THEN 'OFFLINE' END AS status,
    nullif(status_label, '') AS status_label,
    strftime('%Y-%m-%dT%H:%M:%fZ', status_since / 1000.0, 'unixepoch') AS status_since,
    CASE origin WHEN 1 THEN 'AGENT' WHEN 2 THEN 'SUPERVISOR' WHEN 3 THEN 'APP' WHEN 4 THEN 'CALL'
        WHEN 5 THEN 'SYSTEM' END AS origin,
    strftime('%Y-%m-%dT%H:%M:%fZ', known_through / 1000.0, 'unixepoch') AS known_through,
    strftime('%Y-%m-%dT%H:%M:%fZ', recorded_at / 1000.0, 'unixepoch') AS recorded_at
FROM call_steps;

CREATE VIEW readable_status_events AS
SELECT company_id, agent_id,
    CASE status WHEN 1 THEN 'ONLINE' WHEN 2 THEN 'IDLE' WHEN 3 THEN 'ON_CALL' WHEN 4 THEN 'WRAP_UP'
        WHEN 5 THEN 'BUSY' WHEN 6 THEN 'AWAY' WHEN 7 THEN 'OFFLINE' WHEN 8 THEN 'LEFT' END AS status,
    CASE origin WHEN 1 THEN 'AGENT' WHEN 2 THEN 'SUPERVISOR' WHEN 3 THEN 'APP' WHEN 4 THEN 'CALL'
        WHEN 5 THEN 'SYSTEM' END AS origin,
    strftime('%Y-%m-%dT%H:%M:%fZ', occurred_at / 1000.0, 'unixepoch') AS occurred_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', recorded_at / 1000.0, 'unixepoch') AS recorded_at,
    event_id, sequence, call_id, device_id, label, actor
FROM status_events;

CREATE VIEW readable_offline_periods AS
SELECT company_id, agent_id,
    strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1000.0, 'unixepoch') AS started_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', ended_at / 1000.0, 'unixepoch') AS ended_at,
    business_ms / 1000.0 AS business_seconds,
    strftime('%Y-%m-%dT%H:%M:%fZ', computed_through / 1000.0, 'unixepoch') AS computed_through,
    hours_fault
FROM offline_periods;

INSERT INTO status_events VALUES (280197,380171,1,1772436600000,'a1',7,1772436600000,0,NULL,NULL,NULL,NULL);
INSERT INTO status_events VALUES (280197,380171,1,1772456400000,'a3',1,1772456400000,0,NULL,NULL,NULL,NULL);
INSERT INTO status_events VALUES (280197,380171,3,1772442000000,'a2',1,1772442000000,0,NULL,'phone',NULL,NULL);
INSERT INTO status_events VALUES (280197,380172,1,1772445600000,'x1',5,1772445600000,0,NULL,NULL,NULL,NULL);
INSERT INTO status_events VALUES (280197,380172,2,1772452800000,'b5',6,1772452800000,0,NULL,NULL,'Lunch','anna');
INSERT INTO status_events VALUES (280197,380172,3,1772438400000,'b1',1,1772438400000,0,NULL,'tab',NULL,NULL);
INSERT INTO status_events VALUES (280197,380172,4,1772442000000,'b2',3,1772442000000,0,985282287,NULL,NULL,NULL);
INSERT INTO status_events VALUES (280197,380172,4,1772442600000,'b3',4,1772442600000,0,985282287,NULL,NULL,NULL);
INSERT INTO status_events VALUES (280197,380172,4,1772442720000,'b4',1,1772442720000,7,985282287,NULL,NULL,NULL);
INSERT INTO status_events VALUES (280197,380173,1,1772460000000,'c1',7,1772460000000,0,NULL,NULL,NULL,NULL);
INSERT INTO business_hours VALUES (280197,1,1772445620000,
    '{"time_zone":"Europe/Prague","weekly":{"monday":[["09:00","12:00"],["13:00","17:00"]]}}');
INSERT INTO business_hours VALUES (280197,2,1772463960000,
    '{"time_zone":"Europe/Prague","weekly":{"monday":[["09:00","12:00"],["13:00","18:00"]]}}');
INSERT INTO offline_periods VALUES (280197,380171,1772436600000,1772456400000,
    '[[1772438400000,1772449200000],[1772452800000,1772456400000]]',14400000,1772456400000,1772463960000,NULL);
INSERT INTO offline_periods VALUES (280197,380173,1772460000000,NULL,
    '[[1772460000000,1772470800000]]',10800000,1772474450000,1772463960000,NULL);
INSERT INTO pending_offline_periods VALUES (11,0,0,1772460000000);
INSERT INTO call_steps VALUES (280197,985282287,1772445600000,380171,7,1,1,1,'Offline',7,'',1772436600000,1,1772445620000,1772445620000);
INSERT INTO retractions VALUES (280197,'x1','wrong agent','import',1772445620000);
INSERT INTO settings VALUES ('on_call_limit',43200000);
INSERT INTO settings VALUES ('wrap_up_limit',3600000);
INSERT INTO audit_log VALUES (1772445620000,
    '9cf41d57b8eb418fa9b9423125aa1fa2','anonymous','127.0.0.1','RetractStatus',280197,0,'x1','OK');

PRAGMA user_version = 5;
