-- Homes that went on from a backup, under a new name, and how many entries of the old name were taken back with it.
SELECT l.home, l.name AS ledger, e.sequence, e.at, older.name AS succeeds, last.sequence - (e.sequence - 1) AS taken_back
  FROM fleet.entries e
  JOIN fleet.ledgers l ON l.id = e.ledger
  LEFT JOIN fleet.ledgers older ON older.organisation = e.organisation AND older.name = fleet.fact(e.body, 'succeeds')
  LEFT JOIN LATERAL (
    SELECT x.sequence FROM fleet.entries x WHERE x.ledger = older.id ORDER BY x.sequence DESC LIMIT 1
  ) AS last ON true
 WHERE e.kind = 'restored'
 ORDER BY l.home, e.at;
