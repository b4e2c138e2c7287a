-- What the centre keeps of many homes: PostgreSQL 15 or newer, in a database of its own.
--
--   psql -d fleet -v ON_ERROR_STOP=1 -f schema.sql -f verification.sql
--
-- Who writes is the collector, as a member of fleet_collector; with BYPASSRLS it can use COPY, which row-level security forbids
-- otherwise. It gains nothing else by that: what it may do is granted below. Whoever reads as a member of fleet_reader sees the homes of their own
-- organisation and no other, whatever they ask; a member of fleet_overseer sees all. Which organisation a home belongs to
-- follows from the credential that it showed, never from what it says.

CREATE SCHEMA fleet;

DO $$
DECLARE
  role name;
BEGIN
  -- Roles belong to the whole server, so another database may have made them.
  FOREACH role IN ARRAY ARRAY['fleet_collector', 'fleet_reader', 'fleet_overseer'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN', role);
    END IF;
  END LOOP;
END
$$;

CREATE TABLE fleet.organisations (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE CHECK (name <> '')
);

-- Who may read what is an organisation's: roles that log in.
CREATE TABLE fleet.members (
  member name NOT NULL,
  organisation integer NOT NULL REFERENCES fleet.organisations,
  PRIMARY KEY (member, organisation)
);

-- What homes show the collector, as its hash: a token of 244 random bits needs no salt.
CREATE TABLE fleet.credentials (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation integer NOT NULL REFERENCES fleet.organisations,
  label text NOT NULL,
  token_sha256 bytea NOT NULL UNIQUE CHECK (octet_length(token_sha256) = 32),
  issued timestamptz NOT NULL DEFAULT now(),
  revoked timestamptz
);

-- A ledger for each name: a home has another one after a restored backup, and after a new beginning.
CREATE TABLE fleet.ledgers (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organisation integer NOT NULL REFERENCES fleet.organisations,
  name text NOT NULL,
  home text,                          -- the label that the household chose
  version text,                       -- of the integration
  mode text,                          -- guards, watches or off, by its last sign of life
  first_seen timestamptz NOT NULL DEFAULT now(),
  seen timestamptz NOT NULL,          -- when anything came last, by the clock of this server
  told bigint NOT NULL DEFAULT 0 CHECK (told BETWEEN 0 AND 9007199254740991), -- the highest number that a sign of life has told
  credential integer,                 -- who showed it last
  UNIQUE (organisation, name)
) WITH (fillfactor = 50);             -- updated with every batch, so a page keeps room for it

-- One row for each entry that a home has sent. The same entry sent twice is one row; another entry of the same number is
-- another row, and a fork. `at` is part of the key because every unique key of a partitioned table holds what it is
-- partitioned by; it is the entry's own time, so what is sent twice is filed in the same place.
CREATE TABLE fleet.entries (
  organisation integer NOT NULL,
  ledger integer NOT NULL,
  sequence bigint NOT NULL CHECK (sequence BETWEEN 1 AND 9007199254740991), -- 2⁵³−1
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  previous bytea CHECK (octet_length(previous) = 32), -- NULL where a home has found something that is no entry
  at timestamptz NOT NULL,
  received timestamptz NOT NULL DEFAULT now(),
  credential integer,
  kind text NOT NULL,                 -- docs/ledger-format.md; "unreadable" where a home has found something that is none
  body text,                          -- the canonical line; NULL where the household sends hashes only
  attributes jsonb,
  words text,                         -- only where the household says so: JSON as the home has it, which is read with care
  PRIMARY KEY (ledger, sequence, hash, at)
) PARTITION BY RANGE (at);

-- The few entries that are looked for by their kind.
CREATE INDEX entries_marking ON fleet.entries (ledger, sequence)
  WHERE kind IN ('started', 'restored', 'guard_on', 'guard_off');
CREATE INDEX entries_trouble ON fleet.entries (at, ledger)
  WHERE kind IN ('refused', 'proof_failed', 'failed', 'failed_later', 'unknown', 'interrupted', 'key_lost');

-- A home whose clock is lost must lose no entry.
CREATE TABLE fleet.entries_elsewhen PARTITION OF fleet.entries DEFAULT;

-- Make the partition of a month, with what has been waiting for it. Harmless when it is there.
CREATE FUNCTION fleet.make_month(of_day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  since timestamptz := date_trunc('month', of_day::timestamp) AT TIME ZONE 'UTC';
  until timestamptz := (date_trunc('month', of_day::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
  partition text := 'entries_' || to_char(of_day, 'YYYY_MM');
BEGIN
  IF to_regclass('fleet.' || partition) IS NOT NULL THEN
    RETURN;
  END IF;
  LOCK TABLE fleet.entries IN ACCESS EXCLUSIVE MODE;
  EXECUTE format('CREATE TABLE fleet.%I (LIKE fleet.entries INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', partition);
  EXECUTE format(
    'WITH waiting AS (DELETE FROM fleet.entries_elsewhen WHERE at >= %L AND at < %L RETURNING *)'
    ' INSERT INTO fleet.%I SELECT * FROM waiting', since, until, partition);
  EXECUTE format('ALTER TABLE fleet.entries ATTACH PARTITION fleet.%I FOR VALUES FROM (%L) TO (%L)', partition, since, until);
END
$$;

-- Partitions for this month and the next ones: to be called once a month, by cron or by hand.
CREATE FUNCTION fleet.make_months(ahead integer DEFAULT 3) RETURNS void LANGUAGE sql AS $$
  SELECT fleet.make_month((now() AT TIME ZONE 'UTC' + make_interval(months => number))::date)
    FROM generate_series(-1, ahead) AS number
$$;

SELECT fleet.make_months();

-- An organisation, and the role that its people log in with.
CREATE FUNCTION fleet.admit(organisation text, member name DEFAULT NULL) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  number integer;
BEGIN
  INSERT INTO fleet.organisations (name) VALUES (organisation) RETURNING id INTO number;
  IF member IS NOT NULL THEN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = member) THEN
      EXECUTE format('CREATE ROLE %I LOGIN', member);
    END IF;
    EXECUTE format('GRANT fleet_reader TO %I', member);
    INSERT INTO fleet.members VALUES (member, number);
  END IF;
  RETURN number;
END
$$;

-- A new credential for homes of an organisation. Its token is told once, and never again.
CREATE FUNCTION fleet.issue(of_organisation text, label text DEFAULT '') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  token text := 'mg_' || replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
BEGIN
  INSERT INTO fleet.credentials (organisation, label, token_sha256)
    SELECT id, label, sha256(convert_to(token, 'UTF8')) FROM fleet.organisations WHERE name = of_organisation;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no organisation %', of_organisation;
  END IF;
  RETURN token;
END
$$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA fleet FROM PUBLIC;

-- --- who sees what ---------------------------------------------------------------------------------

GRANT USAGE ON SCHEMA fleet TO fleet_collector, fleet_reader, fleet_overseer;
GRANT SELECT ON fleet.organisations, fleet.members, fleet.ledgers, fleet.entries TO fleet_reader, fleet_overseer;
GRANT SELECT ON fleet.credentials TO fleet_collector;
GRANT SELECT, INSERT, UPDATE ON fleet.ledgers TO fleet_collector;
GRANT SELECT, INSERT ON fleet.entries TO fleet_collector; -- and nobody changes or deletes an entry
GRANT SELECT ON fleet.organisations TO fleet_collector;

ALTER TABLE fleet.organisations ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet.members ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet.ledgers ENABLE ROW LEVEL SECURITY;
ALTER TABLE fleet.entries ENABLE ROW LEVEL SECURITY;

CREATE POLICY own ON fleet.members FOR SELECT TO fleet_reader USING (member = current_user);
CREATE POLICY own ON fleet.organisations FOR SELECT TO fleet_reader
  USING (id = ANY (ARRAY (SELECT organisation FROM fleet.members WHERE member = current_user)));
CREATE POLICY own ON fleet.ledgers FOR SELECT TO fleet_reader
  USING (organisation = ANY (ARRAY (SELECT organisation FROM fleet.members WHERE member = current_user)));
CREATE POLICY own ON fleet.entries FOR SELECT TO fleet_reader
  USING (organisation = ANY (ARRAY (SELECT organisation FROM fleet.members WHERE member = current_user)));

CREATE POLICY every ON fleet.members FOR SELECT TO fleet_overseer USING (true);
CREATE POLICY every ON fleet.organisations FOR SELECT TO fleet_overseer, fleet_collector USING (true);
CREATE POLICY every ON fleet.ledgers FOR SELECT TO fleet_overseer USING (true);
CREATE POLICY every ON fleet.entries FOR SELECT TO fleet_overseer USING (true);
CREATE POLICY writes ON fleet.ledgers TO fleet_collector USING (true) WITH CHECK (true);
CREATE POLICY writes ON fleet.entries TO fleet_collector USING (true) WITH CHECK (true);
