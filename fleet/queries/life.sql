-- The last sign of life of every home. A home says something every 15 minutes, so three quarters of an hour without a word is silence.
SELECT l.home, l.name AS ledger, o.name AS organisation, l.version, l.mode, last.sequence AS last_entry, l.seen,
       now() - l.seen > interval '45 minutes' AS silent
  FROM fleet.ledgers l
  JOIN fleet.organisations o ON o.id = l.organisation
  LEFT JOIN LATERAL (
    SELECT e.sequence FROM fleet.entries e WHERE e.ledger = l.id ORDER BY e.sequence DESC LIMIT 1
  ) AS last ON true
 ORDER BY l.seen;
