-- Entries that do not follow from the one before: somebody has rewritten what a home had sent before.
WITH followed AS (
  SELECT e.ledger, e.sequence, e.kind, e.previous, e.received,
         array_agg(e.hash) OVER (PARTITION BY e.ledger ORDER BY e.sequence RANGE BETWEEN 1 PRECEDING AND 1 PRECEDING) AS before
    FROM fleet.entries e
)
SELECT l.home, l.name AS ledger, f.sequence, f.kind, f.received
  FROM followed f
  JOIN fleet.ledgers l ON l.id = f.ledger
 WHERE (f.before IS NOT NULL AND (f.previous <> ALL (f.before)) IS NOT FALSE)
    OR (f.sequence = 1 AND f.previous IS DISTINCT FROM decode(repeat('00', 32), 'hex'))
 ORDER BY l.home, l.name, f.sequence;
