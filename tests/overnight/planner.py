"""A process that plans a job file for each line it reads, a path, and answers with a line of JSON."""

from __future__ import annotations

import json
import sys

from stylepipe import load_spec, plan
from stylepipe.store.fingerprint import fingerprint

for line in sys.stdin:
    planned = plan(load_spec(line.rstrip("\n")))
    rows = [(str(entry.item.output), entry.reason, entry.identity and fingerprint(entry.identity)) for entry in planned]
    print(json.dumps(rows), flush=True)
