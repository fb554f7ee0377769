"""What a release must reach, as benches hold it and pictures draw it. Where rows differ, it stands in their results."""

#: Seconds until a million events of the record are verified.
VERIFY_A_MILLION_S = 10.0
#: p99 of who only reads, beside a plugin that does everything wrong.
CHAOS_MS = 50
#: The app's fan-out as a multiple of pre-framed bytes on raw sockets; and what is aimed at.
FANOUT, FANOUT_GOAL = 2.5, 1.3
#: p95 from a POST's answer until whoever listens, or looks at a page, has it; and what an idle socket may hold.
LIVE_MS, SOCKET_KIB = 300, 40
#: One process on the demo, once it answers: 150 MB.
MEMORY_KIB = 150_000_000 // 1024
#: p99 of what is served under five times the load, and until all are served at once again.
OVERLOAD_MS, RECOVERY_S = 500, 2
#: What sealing may add to a page of fifty people.
SEALED_MS = 3.0
#: A table of 100,000 rows, until it is in the register.
SHEET_S, SHEET_MIB = 60.0, 400.0
