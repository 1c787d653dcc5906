"""The turns of a run's items, whoever paints them: in which order they come, who has another one, how each ends.

An item has one turn, and another where one ended by what may pass. A clip that several workers may paint has one to be
looked through, then one for each of its shots, the longest first, and a last one that puts it together.

Who reads the files of its next pictures while it paints has those turns kept for it, unless somebody would be idle.
"""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

from stylepipe.batch import events
from stylepipe.batch.crew import conclude, pause_after
from stylepipe.batch.events import Listener, Progress
from stylepipe.batch.plan import Planned
from stylepipe.batch.task import Divided, Done, Failed, Outcome, Shared, Task


@dataclass(eq=False, slots=True)
class Turn:
    """An item's turn. attempts: how often it was taken and failed. not_before, taken: by the monotonic clock.

    suspect: whether a process has died that was reading its files for later.
    """

    task: Task
    attempts: int = 0
    not_before: float = 0.0
    taken: float = 0.0
    suspect: bool = False

    @property
    def item(self) -> str:
        """Name the item."""
        return self.task.planned.item.name

    @property
    def shot(self) -> range | None:
        """Give the shot that it is about; None where it is about all of the item."""
        return None if self.task.shared is None else self.task.shared.shot

    @property
    def alone(self) -> bool:
        """Tell whether nothing may go on beside it: but for the first turn of a picture that takes what there is.

        So whatever takes its process down with it costs any other item one turn at most.
        """
        item = self.task.planned.item
        return item.clip or self.attempts > 0 or self.suspect or item.settings.memory != "auto"


@dataclass(eq=False)
class _SharedClip:
    """A clip that several workers paint. began: by the monotonic clock. left: shots that are not painted yet."""

    began: float
    left: set[range]
    notes: list[str]
    spent: float
    progress: dict[range, Progress] = field(default_factory=dict)


class Turns:
    """The queue of what is to be painted; its length is how many turns wait."""

    def __init__(self, due: Sequence[Planned]) -> None:
        self._queue = deque(Turn(Task(planned)) for planned in due)
        self._kept = defaultdict[Hashable, deque[Turn]](deque)
        self._begun: set[str] = set()
        self._failed: set[str] = set()
        self._clips: dict[str, _SharedClip] = {}

    def __len__(self) -> int:
        """Count the turns that wait."""
        return len(self._queue) + sum(map(len, self._kept.values()))

    def take(self, *, apart: bool = False, reader: Hashable = None, others: int = 0, ahead: int = 1) -> Turn | None:
        """Take the next turn whose time has come. apart: whether others could paint a clip's shots.

        reader: who takes it, if files can be read there meanwhile: its task names the pictures that follow, `ahead` at
        the most, which are kept for this reader, where so many others have as much to take. When nothing else is left,
        they are anybody's.
        """
        now = time.monotonic()
        kept = self._kept[reader]
        turn = kept.popleft() if kept else self._next(now) or self._anybodys()
        if turn is None:
            return None
        turn.taken, task = now, turn.task
        if task.shared is not None:
            task = replace(task, shared=replace(task.shared, elapsed=now - self._clips[turn.item].began))
        if reader is not None:
            self._keep(kept, turn, ahead, others, now)
        turn.task = replace(
            task,
            apart=apart and task.planned.item.clip and task.shared is None,
            alone=turn.alone,
            upcoming=tuple(following.task.planned for following in kept),
        )
        return turn

    def release(self, reader: Hashable) -> None:
        """Let anybody have the turns that were kept for one who is gone: their files, being read, may have been why."""
        for turn in reversed(self._kept.pop(reader, ())):
            turn.suspect = True
            self._queue.appendleft(turn)

    def begin(self, turn: Turn, tell: Listener) -> None:
        """Tell that an item is being painted, unless that has been told."""
        if turn.item not in self._begun:
            self._begun.add(turn.item)
            tell(events.ItemStarted(turn.item, turn.task.planned.reason or ""))

    def progress(self, turn: Turn, progress: Progress, tell: Listener) -> None:
        """Tell how far an item is: of a clip that several paint, all of them together."""
        if self.is_lost(turn):
            return
        if turn.shot is not None:
            told = self._clips[turn.item].progress
            told[turn.shot] = progress
            progress = _together(progress, [*told.values()], at_once=sum(shot in told for shot in self._left(turn)))
        tell(events.ItemProgress(turn.item, progress))

    def end(self, turn: Turn, outcome: Outcome, tell: Listener, *, thrifty: bool = False) -> None:
        """Put an end to a turn: give the item another one, or tell how it ended. thrifty: the next takes less memory.

        Raises what concerns the whole run, as `crew.conclude` does.
        """
        if self.is_lost(turn):
            return
        turn.attempts += 1
        pause = pause_after(outcome, turn.attempts, turn.task.planned, tell)
        if pause is not None:
            turn.not_before = time.monotonic() + pause
            turn.task = replace(turn.task, thrifty=turn.task.thrifty or thrifty)
            self._queue.appendleft(turn)
        elif isinstance(outcome, Divided):
            self._share(turn, outcome)
        elif isinstance(outcome, Done) and turn.shot is not None:
            self._end_shot(turn, turn.shot, outcome)
        else:
            self._conclude(turn, outcome, tell)

    def is_lost(self, turn: Turn) -> bool:
        """Tell whether an item has failed already, so that nobody needs its other shots."""
        return turn.item in self._failed

    def drop(self) -> None:
        """Let no further item have a turn."""
        self._queue.clear()
        self._kept.clear()

    def _keep(self, kept: deque[Turn], taken: Turn, ahead: int, others: int, now: float) -> None:
        """Keep turns for who has taken one, as long as each of so many others can take as many."""
        while len(kept) < ahead and len(self._queue) > others * (len(kept) + 1):
            following = self._next(now, beside=taken)
            if following is None:
                return
            kept.append(following)

    def _anybodys(self) -> Turn | None:
        """Take a turn that was kept for somebody: the last of the longest row."""
        kept = max(self._kept.values(), key=len, default=None)
        return kept.pop() if kept else None

    def _next(self, now: float, beside: Turn | None = None) -> Turn | None:
        """Take the next turn out of the queue; beside another one only where neither is to be alone."""
        turn = next((turn for turn in self._queue if turn.not_before <= now), None)
        if turn is None or (beside is not None and (turn.alone or beside.alone)):
            return None
        self._queue.remove(turn)
        return turn

    def _left(self, turn: Turn) -> set[range]:
        return self._clips[turn.item].left

    def _share(self, turn: Turn, divided: Divided) -> None:
        shots = divided.clip.shots
        self._clips[turn.item] = _SharedClip(turn.taken, {*shots}, [*divided.notes], divided.seconds)
        task = replace(turn.task, planned=divided.planned)
        turns = [
            Turn(replace(task, shared=Shared(divided.clip, shot))) for shot in sorted(shots, key=len, reverse=True)
        ]
        self._queue.extendleft(reversed(turns))

    def _end_shot(self, turn: Turn, shot: range, done: Done) -> None:
        """Take note of a painted shot; after the last one the clip can be put together."""
        clip = self._clips[turn.item]
        clip.left.discard(shot)
        clip.spent += done.seconds
        clip.notes += [note for note in done.notes if note not in clip.notes]
        if not clip.left:
            assert turn.task.shared is not None
            shared = Shared(turn.task.shared.clip, spent=clip.spent, notes=tuple(clip.notes))
            self._queue.appendleft(Turn(replace(turn.task, shared=shared)))

    def _conclude(self, turn: Turn, outcome: Done | Failed, tell: Listener) -> None:
        clip = self._clips.pop(turn.item, None)
        if clip is not None and isinstance(outcome, Done):
            outcome = replace(outcome, seconds=time.monotonic() - clip.began)
        elif clip is not None:
            self._failed.add(turn.item)
            self._queue = deque(other for other in self._queue if other.item != turn.item)
        conclude(turn.task.planned, outcome, turn.attempts, tell)


def _together(last: Progress, all_of_them: Sequence[Progress], at_once: int) -> Progress:
    """Add up how far a clip's shots are; last: what was told last. at_once: how many are being painted."""
    pace = None if last.frame_seconds is None else last.frame_seconds / max(1, at_once)
    return last._replace(
        share=sum(progress.share for progress in all_of_them),
        frame=sum(progress.frame for progress in all_of_them),
        frame_seconds=pace,
    )
