-- Refusals and failures of the last 30 days, by home.
SELECT l.home, l.name AS ledger, e.kind, count(*) AS times, max(e.at) AS last
  FROM fleet.entries e
  JOIN fleet.ledgers l ON l.id = e.ledger
 WHERE e.at >= now() - interval '30 days'
   AND e.kind IN ('refused', 'proof_failed', 'failed', 'failed_later', 'unknown', 'interrupted', 'key_lost')
 GROUP BY l.home, l.name, e.kind
 ORDER BY l.home, l.name, times DESC;
