"""Log forwarding: the ledger is its own outbox, and goes in batches to where the household wants it."""
