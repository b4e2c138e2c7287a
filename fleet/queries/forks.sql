-- Numbers that a home has told in two ways: somebody has, or has had, two histories of it.
SELECT l.home, l.name AS ledger, f.sequence, f.histories, e.kind, encode(e.hash, 'hex') AS hash, e.received, e.credential
  FROM (
    SELECT ledger, sequence, count(*) AS histories FROM fleet.entries GROUP BY ledger, sequence HAVING count(*) > 1
  ) AS f
  JOIN fleet.entries e ON e.ledger = f.ledger AND e.sequence = f.sequence
  JOIN fleet.ledgers l ON l.id = f.ledger
 ORDER BY l.home, l.name, f.sequence, e.received;
