"""What every capability stands on: clock, actor, ids, errors, tables, settings, the one door, outbox, sealing."""
