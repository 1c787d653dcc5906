"""Ray, and all that is known of it here: joining or starting a cluster, putting tasks to it, and what becomes of them.

Ray starts processes on the cluster's machines, gives each the GPUs that its task may see, and notices when one dies. It
carries tasks, progress and outcomes; pictures go through the folders that the machines share. No other module imports
ray, and none imports this one before a cluster is asked for.
"""

from __future__ import annotations

import asyncio
import logging
import math
import os
import platform
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, TypeVar

from stylepipe.batch.cluster_worker import Answer, Terms, paint
from stylepipe.batch.events import Progress
from stylepipe.batch.machine import cores
from stylepipe.batch.task import Failed, Reach, Task
from stylepipe.batch.worker import Stopped
from stylepipe.errors import EnvironmentLacksError, ExitCode, StoppedError, TransientError

os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # before it is loaded: it would tell its makers of each run
try:
    import ray
    from ray import exceptions
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
except ImportError as error:
    raise EnvironmentLacksError(
        f'--engine ray: ray cannot be loaded ({error}); install it on every machine: pip install "stylepipe[ray]"'
    ) from error

Mail = tuple[int, Progress | None]
"""What a task tells on its way: its number, and how far it is; None when it begins."""
T = TypeVar("T")

_OBJECTS = 100 * 2**20
"""Bytes of shared memory of a cluster that a run starts for itself; Ray would take a third of the machine's."""
_TASKS_A_PROCESS = 16
"""Pictures that a process paints on a GPU before it is replaced: it loads the network anew, and loses what leaked."""
_NEWS = 5.0
"""Seconds between two looks at which machines there are."""
_ANSWER = 5.0
"""Seconds in which a machine that is there takes a connection."""


class Machine(NamedTuple):
    """A machine of a cluster: Ray's name for it and its own, and the cores and GPUs that tasks may have."""

    id: str
    name: str
    cpus: int
    gpus: int


class Cluster:
    """A Ray cluster that this process is part of; made by `joined`."""

    def __init__(self) -> None:
        here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
        # Where the run is, so that it ends with it and with no other machine.
        box = ray.remote(_Mailbox).options(num_cpus=0, max_restarts=-1, scheduling_strategy=here)
        self._mailbox = box.remote()
        self._mail: Any = None
        self._sent = 0
        self._functions: dict[int, Any] = {}
        self._machines: list[Machine] = []
        self._looked = -math.inf

    def machines(self) -> list[Machine]:
        """Give the machines that are part of it, as of some seconds ago at most."""
        if time.monotonic() - self._looked > _NEWS:
            self._looked = time.monotonic()
            self._machines = [_machine(node) for node in ray.nodes() if node["Alive"]]
        return self._machines

    def room(self, terms: Terms) -> int:
        """Count how many tasks may run at once."""
        if terms.device == "cuda":
            return sum(machine.gpus for machine in self.machines())
        return sum(machine.cpus // self._cpus(terms) for machine in self.machines())

    def put(self, task: Task, terms: Terms) -> tuple[int, Any]:
        """Have an item painted as soon as there is room; give its mail's number, and what stands for its answer."""
        self._sent += 1
        return self._sent, self._function(terms).remote(task, terms, self._sent, self._mailbox)

    def wait(self, answers: Sequence[Any], seconds: float) -> tuple[list[Any], list[Mail]]:
        """Wait for answers or mail for so many seconds; give the answers that are there, and the mail."""
        if self._mail is None:
            self._mail = self._mailbox.take.remote()
        awaited = [self._mail, *answers]
        if not ray.wait(awaited, timeout=seconds)[0]:
            return [], []
        ready, _ = ray.wait(awaited, num_returns=len(awaited), timeout=0)
        return [answer for answer in ready if answer != self._mail], self._opened() if self._mail in ready else []

    def _opened(self) -> list[Mail]:
        delivery, self._mail = self._mail, None
        try:
            mail: list[Mail] = ray.get(delivery)
        except exceptions.RayActorError:  # it is started again, and progress that is lost does no harm
            return []
        return mail

    def cancel(self, answer: Any, *, force: bool = False) -> None:
        """Ask a task to keep what there is and end, or end it; one that has not begun never does."""
        with suppress(exceptions.RayError, ValueError):
            ray.cancel(answer, force=force)

    def on_every_machine(self, do: Callable[[], T]) -> list[tuple[str, T | Exception]]:
        """Have something done on each machine, and give what came of it, by the machine's name."""
        asked = []
        for machine in self.machines():
            there = NodeAffinitySchedulingStrategy(machine.id, soft=False)
            function = ray.remote(num_cpus=0, max_retries=0)(_call).options(scheduling_strategy=there)
            asked.append((machine.name, function.remote(do)))
        return [(name, _got(answer)) for name, answer in asked]

    def _function(self, terms: Terms) -> Any:
        """Give the function that paints on the cluster: what it asks for there cannot be told it later."""
        cpus = 0 if terms.device == "cuda" else self._cpus(terms)
        if cpus not in self._functions:
            # Never again by itself: whether an item has another turn, and how, is the run's to say.
            options: dict[str, Any] = {"max_retries": 0, "num_cpus": cpus}
            if terms.device == "cuda":
                options |= {"num_gpus": 1, "max_calls": _TASKS_A_PROCESS}
            self._functions[cpus] = ray.remote(**options)(_paint)
        return self._functions[cpus]

    def _cpus(self, terms: Terms) -> int:
        """Give the cores that a task asks for: its threads, or all of the largest machine that has not so many."""
        return max(1, min(terms.threads, max((machine.cpus for machine in self.machines()), default=0)))


def _machine(node: dict[str, Any]) -> Machine:
    amounts = node["Resources"]
    return Machine(node["NodeID"], node["NodeManagerHostname"], int(amounts.get("CPU", 0)), int(amounts.get("GPU", 0)))


def answer_of(answer: Any, item: str) -> tuple[Answer, bool]:
    """Give what became of a task, and whether memory may have been what it lacked.

    Raises EnvironmentLacksError when the cluster cannot run such tasks at all.
    """
    try:
        return ray.get(answer), False
    except exceptions.TaskCancelledError:
        return Stopped(), False
    except exceptions.OutOfMemoryError:
        why = "Ray ended the process that painted it, as its machine was running out of memory"
        return _died(f"{item}: {why}"), True
    except exceptions.WorkerCrashedError:
        return _died(f"{item}: the process that painted it died; was there too little memory?"), True
    except exceptions.RayTaskError as error:  # nothing of a task's own: those come as outcomes
        raise EnvironmentLacksError(
            f"a machine of the cluster cannot paint: {_last_line(error)}; see `stylepipe doctor --engine ray`"
        ) from None
    except exceptions.LocalRayletDiedError:
        raise EnvironmentLacksError(
            "Ray has ended on the machine of this run, and with it what was being painted; start it again with `ray "
            "start`, and run again"
        ) from None
    except exceptions.RayError as error:
        return _died(f"{item}: the machine that painted it is gone ({type(error).__name__})"), False


@contextmanager
def joined(address: str | None) -> Iterator[Cluster]:
    """Join the cluster at an address for the block: auto, host:port, or None for one of this machine alone.

    None means $RAY_ADDRESS where it is set. Raises EnvironmentLacksError when there is none, or one that does not fit.
    """
    address = address or os.environ.get("RAY_ADDRESS") or None
    with _quietly():
        own = not ray.is_initialized()  # else by the program whose part this is
        if own:
            _join(address)
        try:
            yield Cluster()
        finally:
            if own:
                ray.shutdown()


def _join(address: str | None) -> None:
    if address not in (None, "auto", "local"):
        _knock(str(address))
    alone: dict[str, Any] = {"num_cpus": cores(), "object_store_memory": _OBJECTS, "include_dashboard": False}
    try:
        with _own_signals():
            ray.init(
                address=address or "local",
                log_to_driver=False,
                configure_logging=False,
                **(alone if address in (None, "local") else {}),
            )
    except ConnectionError:
        raise EnvironmentLacksError(
            f"--address {address}: no Ray cluster runs on this machine; start one with `ray start --head`, or join "
            "one with `ray start --address HOST:PORT`"
        ) from None
    except Exception as error:  # most of what it raises is of no class of its own
        raise EnvironmentLacksError(_refusal(address, str(error))) from error
    except SystemExit:  # what Ray makes of SIGTERM
        raise StoppedError(ExitCode.TERMINATED) from None


@contextmanager
def _own_signals() -> Iterator[None]:
    """Let SIGTERM mean what it meant before: Ray puts a handler of its own in the place of the run's."""
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, before)


def _knock(address: str) -> None:
    """Raise EnvironmentLacksError where nobody listens: Ray would try for minutes."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise EnvironmentLacksError(f"$RAY_ADDRESS {address}: is no address of a Ray cluster; write auto or HOST:PORT")
    try:
        socket.create_connection((host, int(port)), _ANSWER).close()
    except (OSError, OverflowError) as error:
        raise EnvironmentLacksError(
            f"--address {address}: nobody answers there ({error}); start a cluster with `ray start --head --port "
            f"{port}`, or check the address"
        ) from None


def _refusal(address: str | None, said: str) -> str:
    """Put into words why a cluster cannot be joined or started."""
    where = "a Ray cluster of this machine" if address is None else f"the Ray cluster at {address}"
    if "ersion mismatch" in said:
        return (
            f"{where} does not fit: this is Ray {ray.__version__} on Python {platform.python_version()}, and "
            f"{' '.join(said.split())}; install the same on every machine"
        )
    if "oken" in said:
        return f"{where} asks for its token; copy it to ~/.ray/auth_token, or set RAY_AUTH_TOKEN"
    if address is not None and ("raylet" in said or "node" in said):
        return (
            f"{where} is there, but this machine is no part of it; join it with `ray start --address {address} "
            "--num-cpus 0`"
        )
    return f"{where} cannot be joined: {' '.join(said.split())}; try `ray status`"


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep Ray from printing what befalls its machines: the run tells what it means for items."""
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    worker = ray._private.worker
    before = getattr(worker, "_worker_logs_enabled", True)
    worker._worker_logs_enabled = False
    try:
        yield
    finally:
        worker._worker_logs_enabled = before


def _got(answer: Any) -> Any:
    try:
        return ray.get(answer)
    except exceptions.RayTaskError as error:
        return RuntimeError(_last_line(error))
    except exceptions.RayError as error:
        return error


def _died(message: str) -> Failed:
    return Failed(TransientError(message), Reach.PROCESS)


def _last_line(error: Exception) -> str:
    return str(error).strip().rpartition("\n")[2]


def _paint(task: Task, terms: Terms, number: int, mailbox: Any) -> Answer:
    """Paint, as a task of Ray's."""
    return paint(task, terms, lambda progress: mailbox.put.remote((number, progress)))


def _call(do: Callable[[], T]) -> T:
    return do()


class _Mailbox:
    """Holds what tasks tell until the run asks for it; an actor of Ray's."""

    def __init__(self) -> None:
        self._mail: list[Mail] = []
        self._arrived = asyncio.Event()

    async def put(self, mail: Mail) -> None:
        self._mail.append(mail)
        self._arrived.set()

    async def take(self) -> list[Mail]:
        await self._arrived.wait()
        self._arrived.clear()
        mail, self._mail = self._mail, []
        return mail
