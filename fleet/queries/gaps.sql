-- Entries that are missing: between two that are there, after the last as far as a sign of life has told, or before the first, where a
-- household has chosen to send from some day on. What a restored backup goes on from under a new name is no gap.
WITH numbered AS (
  SELECT e.ledger, e.sequence, lag(e.sequence) OVER (PARTITION BY e.ledger ORDER BY e.sequence) AS before
    FROM fleet.entries e
), missing AS (
  SELECT n.ledger, coalesce(n.before, 0) + 1 AS first_missing, n.sequence - 1 AS last_missing,
         CASE WHEN n.before IS NULL THEN 'before the first' ELSE 'between' END AS place
    FROM numbered n
   WHERE n.sequence > coalesce(n.before, 0) + 1
     AND NOT (n.before IS NULL AND EXISTS (
       SELECT FROM fleet.entries e
         JOIN fleet.lineage(n.ledger) line ON line.ledger <> n.ledger
         JOIN fleet.entries older
           ON older.ledger = line.ledger AND older.sequence = n.sequence - 1 AND older.hash = e.previous
        WHERE e.ledger = n.ledger AND e.sequence = n.sequence))
  UNION ALL
  SELECT l.id, coalesce(last.sequence, 0) + 1, l.told, 'after the last'
    FROM fleet.ledgers l
    LEFT JOIN LATERAL (
      SELECT e.sequence FROM fleet.entries e WHERE e.ledger = l.id ORDER BY e.sequence DESC LIMIT 1
    ) AS last ON true
   WHERE l.told > coalesce(last.sequence, 0)
)
SELECT l.home, l.name AS ledger, m.first_missing, m.last_missing, m.last_missing - m.first_missing + 1 AS entries, m.place
  FROM missing m
  JOIN fleet.ledgers l ON l.id = m.ledger
 ORDER BY l.home, l.name, m.first_missing;
