-- Checkpoints that are not those of the tree of the entries before them. What cannot be compared is left out.
SELECT l.home, l.name AS ledger, t.sequence, t.size
  FROM fleet.ledgers l
 CROSS JOIN LATERAL fleet.check_trees(l.id) AS t
 WHERE NOT t.sound
 ORDER BY l.home, l.name, t.sequence;
