-- The entries of one home as an export, for scripts/verify-ledger:
--   psql -d fleet -qAtX -v ledger=message-guard/0123456789abcdef -f export.sql >home.jsonl && scripts/verify-ledger home.jsonl
SELECT line
  FROM fleet.ledgers l
 CROSS JOIN LATERAL fleet.export(l.id) AS line
 WHERE l.name = :'ledger';
