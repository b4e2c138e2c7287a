-- Entries whose line is not what was hashed, or says another number, time or predecessor than what it is filed under, and what a
-- home itself has found to be no entry.
-- A line is written in one way only (docs/ledger-format.md), its members sorted by name, so its end can be read with a pattern;
-- of its last characters alone, since PostgreSQL's patterns are slow in long lines.
SELECT l.home, l.name AS ledger, e.sequence,
       CASE WHEN e.kind = 'unreadable' THEN 'unreadable'
            WHEN sha256(convert_to(e.body, 'UTF8')) <> e.hash THEN 'hash' ELSE 'filed under something else' END AS wrong
  FROM fleet.entries e
  JOIN fleet.ledgers l ON l.id = e.ledger
 WHERE e.kind = 'unreadable'
    OR e.body IS NOT NULL
   AND (sha256(convert_to(e.body, 'UTF8')) <> e.hash
     OR substring(right(e.body, 64) FROM '"sequence":([0-9]{1,18}),"time":-?[0-9]+\}$')::bigint IS DISTINCT FROM e.sequence
     OR to_timestamp(0) + substring(right(e.body, 64) FROM '"time":(-?[0-9]{1,18})\}$')::bigint * interval '1 microsecond' IS DISTINCT FROM e.at
     OR coalesce(strpos(e.body, '","previous":"' || encode(e.previous, 'hex') || '","reasons":['), 0) = 0)
 ORDER BY l.home, l.name, e.sequence;
