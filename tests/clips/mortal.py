"""A process that runs `stylepipe` once for each line it reads, and kills it where the line says.

A line is JSON: [FOLDER, ARGUMENTS, PLACE, HOW OFTEN, SECONDS]: a run in that folder dies so many seconds after it has
come to a place so often; a place that it never comes to lets it end by itself. The answer is a line of JSON, too: how
the run ended, and how often it came to each place. What a run does to the disk is heard from Python's own audit, before
it is done.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator

PLACES = {
    "picture": r"^open .*/frames/\.stylepipe-\w+\.png$",
    "picture is there": r"^os\.rename .*/frames/\d+\.png$",
    "state": r"^open .*\.parts/shot_\d+/\.stylepipe-\w+\.npz$",
    "state is there": r"^os\.rename .*\.parts/shot_\d+/state_[ab]\.npz$",
    "journal": r"^open .*/journal\.jsonl$",
    "piece": r"^open .*\.parts/\.stylepipe-\w+\.mp4$",
    "encoding": r"^subprocess\.Popen .* matroska .*\.parts/\.stylepipe-\w+\.mp4$",
    "checking": r"^subprocess\.Popen .* -xerror .*/\.stylepipe-\w+\.mp4 ",
    "piece is there": r"^os\.rename .*/piece_\d+\.mp4$",
    "frame goes": r"^os\.remove .*/frames/\d+\.png$",
    "joining": r"^subprocess\.Popen .* concat ",
    "clip is there": r"^os\.rename .*/out/[^./][^/]*\.mp4$",
    "record": r"^open .*/records/\.stylepipe-\w+\.json$",
    "record is there": r"^os\.rename .*/records/[^/.][^/]*\.json$",
    "rest goes": r"^shutil\.rmtree .*\.parts$",
}


def words_of(event: str, arguments: tuple[object, ...]) -> str:
    """Give what an event of the audit is about: its name, and the paths or the command line."""
    if event == "subprocess.Popen":
        return f"{event} {' '.join(map(str, arguments[1]))}"  # type: ignore[call-overload]
    if event == "os.rename":
        return f"{event} {arguments[1]!s}"
    return f"{event} {arguments[0]!s}"


def die() -> None:
    """End as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def run_until(arguments: list[str], place: str, often: int, seconds: float, report: int) -> None:
    """Run the program in this process, tell each place it comes to, and die at one."""
    from stylepipe.cli.main import main

    places = {name: re.compile(pattern, re.DOTALL) for name, pattern in PLACES.items()}
    seen = 0

    def listen(event: str, details: tuple[object, ...]) -> None:
        nonlocal seen
        if event not in ("open", "os.rename", "os.remove", "shutil.rmtree", "subprocess.Popen"):
            return
        words = words_of(event, details)
        for name, pattern in places.items():
            if pattern.match(words):
                os.write(report, f"{name}\n".encode())
                seen += name == place
                if name == place and seen == often:
                    threading.Timer(seconds, die).start() if seconds else die()

    sys.addaudithook(listen)
    main(arguments)


def answers() -> Iterator[str]:
    """Carry out each line."""
    for line in sys.stdin:
        folder, arguments, place, often, seconds = json.loads(line)
        heard, report = os.pipe()
        process = os.fork()
        if not process:
            os.chdir(folder)
            run_until(arguments, place, often, seconds, report)
        os.close(report)
        with os.fdopen(heard) as told:
            places = Counter(told.read().split("\n")[:-1])
        _, status = os.waitpid(process, 0)
        yield json.dumps([os.waitstatus_to_exitcode(status), places])


if __name__ == "__main__":
    import stylepipe.batch.clip_painter  # noqa: F401  # once for all runs

    for answer in answers():
        print(answer, flush=True)
