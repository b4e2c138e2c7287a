-- What is worked out from entries: after docs/ledger-format.md. All of it runs with the rights of whoever asks.

-- A fact of an entry; NULL where there is none, or the line is none that can be read: whatever a home sends, it must not keep
-- anybody from seeing the others.
CREATE FUNCTION fleet.fact(body text, name text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN body::jsonb -> 'facts' ->> name;
EXCEPTION WHEN others THEN
  RETURN NULL;
END
$$;

-- Which ledgers a home's entries are in, and up to which number each is its own: a restored backup goes on with the old
-- numbers under a new name.
CREATE FUNCTION fleet.lineage(of_ledger integer)
RETURNS TABLE (ledger integer, until bigint) LANGUAGE sql STABLE AS $$
  WITH RECURSIVE line AS (
    SELECT id AS ledger, organisation, 9223372036854775807 AS until FROM fleet.ledgers WHERE id = of_ledger
    UNION
    SELECT older.id, older.organisation, least(line.until, first.sequence - 1)
      FROM line
      CROSS JOIN LATERAL (
        SELECT e.sequence, e.body FROM fleet.entries e
          WHERE e.ledger = line.ledger AND e.kind = 'restored' AND e.body IS NOT NULL
          ORDER BY e.sequence LIMIT 1
      ) AS first
      JOIN fleet.ledgers older
        ON older.organisation = line.organisation AND older.name = fleet.fact(first.body, 'succeeds')
      WHERE first.sequence <= line.until
  )
  SELECT line.ledger, min(line.until) FROM line GROUP BY line.ledger
$$;

-- The entries of a home, newest first, as each says which one was before it. Of several with the same number it is the one
-- that the next one follows. It ends where the one before is missing.
CREATE FUNCTION fleet.history(of_ledger integer, head bytea DEFAULT NULL)
RETURNS TABLE (sequence bigint, hash bytea, kind text, body text) LANGUAGE plpgsql STABLE AS $$
DECLARE
  wanted bytea := head;
  number bigint;
  e record;
BEGIN
  FOR e IN
    SELECT x.sequence, x.hash, x.previous, x.kind, x.body
      FROM fleet.lineage(of_ledger) AS line
      JOIN fleet.entries x ON x.ledger = line.ledger AND x.sequence <= line.until
      ORDER BY x.sequence DESC, x.received DESC
  LOOP
    IF wanted IS NULL OR (e.hash = wanted AND (number IS NULL OR e.sequence = number - 1)) THEN
      sequence := e.sequence;
      hash := e.hash;
      kind := e.kind;
      body := e.body;
      RETURN NEXT;
      wanted := e.previous;
      number := e.sequence;
    END IF;
    EXIT WHEN e.sequence < number - 1;
  END LOOP;
END
$$;

-- The lines of an export of a home ("An export" in docs/ledger-format.md), for scripts/verify-ledger. Words are left out. Of a home that
-- sends hashes only there is no export: it says so.
CREATE FUNCTION fleet.export(of_ledger integer, head bytea DEFAULT NULL)
RETURNS SETOF text LANGUAGE plpgsql STABLE AS $$
DECLARE
  lines text[] := '{}';
  last text;
  e record;
BEGIN
  FOR e IN SELECT * FROM fleet.history(of_ledger, head) LOOP
    IF e.body IS NULL THEN
      RAISE EXCEPTION 'entry % has come as a hash only, so there is nothing to export', e.sequence;
    END IF;
    last := coalesce(last, format('{"end":%s,"head":"%s"}', e.sequence, encode(e.hash, 'hex')));
    lines := lines || format('{"entry":%s,"hash":"%s","private":null}', e.body, encode(e.hash, 'hex'));
  END LOOP;
  FOR place IN REVERSE cardinality(lines) .. 1 LOOP
    RETURN NEXT lines[place];
  END LOOP;
  IF last IS NOT NULL THEN
    RETURN NEXT last;
  END IF;
END
$$;

-- The root of a tree, folded from the hashes of the whole trees that it is made of, the largest first.
CREATE FUNCTION fleet.root(peaks bytea[]) RETURNS bytea LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  found bytea := peaks[cardinality(peaks)];
BEGIN
  FOR place IN REVERSE cardinality(peaks) - 1 .. 1 LOOP
    found := sha256('\x01'::bytea || peaks[place] || found);
  END LOOP;
  RETURN coalesce(found, sha256(''::bytea));
END
$$;

-- Work out the tree of a home's entries (RFC 6962) and compare its root with that of every checkpoint in it. `sound` is NULL for
-- a checkpoint that cannot be compared, because entries before it are missing or came as hashes only. Who signed a
-- checkpoint is not looked at: scripts/verify-ledger does that with an export.
CREATE FUNCTION fleet.check_trees(of_ledger integer)
RETURNS TABLE (sequence bigint, size bigint, sound boolean) LANGUAGE plpgsql STABLE AS $$
DECLARE
  leaves bytea[] := '{}';
  numbers bigint[] := '{}';
  notes text[] := '{}';
  peaks bytea[] := '{}';
  top integer := 0;
  known boolean := true;
  added bigint := 0;
  carry bigint;
  note text;
  node bytea;
  e record;
BEGIN
  FOR e IN SELECT h.sequence, h.kind, h.body FROM fleet.history(of_ledger) AS h LOOP
    leaves := leaves || sha256('\x00'::bytea || convert_to(e.body, 'UTF8'));
    numbers := numbers || e.sequence;
    notes := notes || CASE WHEN e.kind = 'checkpoint' THEN fleet.fact(e.body, 'note') END;
  END LOOP;
  known := numbers[cardinality(numbers)] = 1;
  FOR place IN REVERSE cardinality(leaves) .. 1 LOOP
    note := notes[place];
    -- Three lines; with a fourth it is one from before ledgers were trees, which covers no root.
    IF note ~ '^[^\n]+\n[0-9]{1,18}\n[A-Za-z0-9+/]{43}=\n\n' THEN
      sequence := numbers[place];
      size := split_part(note, E'\n', 2)::bigint;
      sound := CASE WHEN known THEN
        size = added AND fleet.root(peaks[1:top]) = decode(split_part(note, E'\n', 3), 'base64') END;
      RETURN NEXT;
    END IF;
    node := leaves[place];
    known := known AND node IS NOT NULL;
    carry := added;
    WHILE carry & 1 = 1 LOOP
      node := sha256('\x01'::bytea || peaks[top] || node);
      top := top - 1;
      carry := carry >> 1;
    END LOOP;
    top := top + 1;
    peaks[top] := node;
    added := added + 1;
  END LOOP;
END
$$;
