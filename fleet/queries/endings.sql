-- Times without a guard. A guard that comes on where it had not gone off ended without a word: power cut, crash, or killed.
WITH marks AS (
  SELECT e.ledger, e.sequence, e.kind, e.at, lag(e.kind) OVER (PARTITION BY e.ledger ORDER BY e.sequence) AS before
    FROM fleet.entries e
   WHERE e.kind IN ('started', 'restored', 'guard_on', 'guard_off')
)
SELECT l.home, l.name AS ledger, m.sequence, last.at AS since, m.at AS until,
       CASE WHEN m.before = 'guard_off' THEN 'switched off' ELSE 'ended without a word' END AS why
  FROM marks m
  JOIN fleet.ledgers l ON l.id = m.ledger
  LEFT JOIN LATERAL (
    SELECT e.at FROM fleet.entries e WHERE e.ledger = m.ledger AND e.sequence < m.sequence ORDER BY e.sequence DESC LIMIT 1
  ) AS last ON true
 WHERE m.kind = 'guard_on' AND m.before IN ('guard_on', 'guard_off')
 ORDER BY l.home, l.name, m.sequence;
