-- Entries whose line is not what was hashed, or says another number, time or predecessor than what it is filed under, and what a
-- home itself has found to be no entry.
-- A line is written in one way only (docs/ledger-format.md), its members sorted by name, so it is known how it has to end.
SELECT l.home, l.name AS ledger, e.sequence,
       CASE WHEN e.kind = 'unreadable' THEN 'unreadable'
            WHEN sha256(convert_to(e.body, 'UTF8')) <> e.hash THEN 'hash' ELSE 'filed under something else' END AS wrong
  FROM fleet.entries e
  JOIN fleet.ledgers l ON l.id = e.ledger
 CROSS JOIN LATERAL (
   SELECT ',"sequence":' || e.sequence || ',"time":' || (extract(epoch FROM e.at) * 1000000)::bigint || '}' AS written
 ) AS ending
 WHERE e.kind = 'unreadable'
    OR e.body IS NOT NULL
   AND (sha256(convert_to(e.body, 'UTF8')) <> e.hash
     OR right(e.body, length(ending.written)) <> ending.written
     OR coalesce(strpos(e.body, '","previous":"' || encode(e.previous, 'hex') || '","reasons":['), 0) = 0)
 ORDER BY l.home, l.name, e.sequence;
