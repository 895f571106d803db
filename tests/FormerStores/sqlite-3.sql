-- A file as servers of schema version 3 wrote it.
PRAGMA page_size = 8192;

CREATE TABLE status_events (
    company_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    origin INTEGER NOT NULL CHECK (origin BETWEEN 1 AND 4),
    occurred_at INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    status INTEGER NOT NULL CHECK (status BETWEEN 1 AND 7),
    recorded_at INTEGER NOT NULL,
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
    PRIMARY KEY (company_id, agent_id, started_at)
) STRICT, WITHOUT ROWID;

CREATE INDEX offline_periods_by_end ON offline_periods (company_id, ended_at, hours_in_force_from);

CREATE INDEX offline_periods_without_hours ON offline_periods (company_id) WHERE hours_in_force_from IS NULL;

CREATE TABLE pending_offline_periods (
    number INTEGER PRIMARY KEY,
    company_id INTEGER NOT NULL,
    agent_id INTEGER NOT NULL,
    changed_from INTEGER NOT NULL
) STRICT;

CREATE VIEW readable_status_events AS
SELECT company_id, agent_id,
    CASE status WHEN 1 THEN 'ONLINE' WHEN 2 THEN 'IDLE' WHEN 3 THEN 'ON_CALL' WHEN 4 THEN 'WRAP_UP'
        WHEN 5 THEN 'BUSY' WHEN 6 THEN 'AWAY' WHEN 7 THEN 'OFFLINE' END AS status,
    CASE origin WHEN 1 THEN 'AGENT' WHEN 2 THEN 'SUPERVISOR' WHEN 3 THEN 'APP' WHEN 4 THEN 'CALL' END AS origin,
    strftime('%Y-%m-%dT%H:%M:%fZ', occurred_at / 1000.0, 'unixepoch') AS occurred_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', recorded_at / 1000.0, 'unixepoch') AS recorded_at,
    event_id
FROM status_events;

CREATE VIEW readable_offline_periods AS
SELECT company_id, agent_id,
    strftime('%Y-%m-%dT%H:%M:%fZ', started_at / 1000.0, 'unixepoch') AS started_at,
    strftime('%Y-%m-%dT%H:%M:%fZ', ended_at / 1000.0, 'unixepoch') AS ended_at,
    business_ms / 1000.0 AS business_seconds,
    strftime('%Y-%m-%dT%H:%M:%fZ', computed_through / 1000.0, 'unixepoch') AS computed_through
FROM offline_periods;

INSERT INTO status_events VALUES (280197, 380171, 1, 1772436600000, 'a1', 7, 1772436600000);
INSERT INTO status_events VALUES (280197, 380172, 3, 1772438400000, 'b1', 1, 1772438400000);
INSERT INTO status_events VALUES (280197, 380171, 3, 1772442000000, 'a2', 1, 1772442000000);
INSERT INTO status_events VALUES (280197, 380172, 4, 1772442000000, 'b2', 3, 1772442000000);
INSERT INTO status_events VALUES (280197, 380172, 4, 1772442600000, 'b3', 4, 1772442600000);
INSERT INTO status_events VALUES (280197, 380172, 4, 1772442720000, 'b4', 1, 1772442720000);
INSERT INTO status_events VALUES (280197, 380172, 2, 1772452800000, 'b5', 6, 1772452800000);
INSERT INTO status_events VALUES (280197, 380171, 1, 1772456400000, 'a3', 1, 1772456400000);
INSERT INTO status_events VALUES (280197, 380173, 1, 1772460000000, 'c1', 7, 1772460000000);

INSERT INTO business_hours VALUES (280197, 1, 1772445620000,
    '{"time_zone":"Europe/Prague","weekly":{"monday":[["09:00","12:00"],["13:00","17:00"]]}}');
INSERT INTO business_hours VALUES (280197, 2, 1772463960000,
    '{"time_zone":"Europe/Prague","weekly":{"monday":[["09:00","12:00"],["13:00","18:00"]]}}');

INSERT INTO offline_periods VALUES (280197, 380171, 1772436600000, 1772456400000,
    '[[1772438400000,1772449200000],[1772452800000,1772456400000]]', 14400000, 1772456400000, 1772463960000);
INSERT INTO offline_periods VALUES (280197, 380173, 1772460000000, NULL,
    '[[1772460000000,1772470800000]]', 10800000, 1772474450000, 1772463960000);

INSERT INTO pending_offline_periods VALUES (9, 0, 0, 1772460000000);

PRAGMA user_version = 3;
