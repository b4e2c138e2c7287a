-- Homes that hold nothing back: they only watch, or the guard is off.
SELECT l.home, l.name AS ledger, l.mode, l.seen
  FROM fleet.ledgers l
 WHERE l.mode <> 'guards'
 ORDER BY l.mode, l.home;
