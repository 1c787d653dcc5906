"""A Ray cluster paints what one machine paints, whatever befalls its processes and machines."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from typing import Any

import psutil
import pytest

from stylepipe import load_spec, run
from stylepipe.batch import events
from stylepipe.batch.checkup_cluster import check_cluster
from stylepipe.batch.events import Event, Summary
from stylepipe.batch.run import Options
from stylepipe.errors import EnvironmentLacksError, ExitCode, StoppedError, UsageError

from ..overnight.aftermath import assert_nothing_is_torn, executions
from .conftest import Job, Start, carry_out, of_kind, outputs_in

CLI = "import sys; from stylepipe.cli.main import main; main(sys.argv[1:])"
LONG = "size: 48, iterations: 150, pyramid: false"
needs_ray = pytest.mark.usefixtures("ray_module")


@pytest.fixture(scope="module")
def ray_module() -> Any:
    return pytest.importorskip("ray", reason="ray is an extra")


@pytest.fixture(scope="module")
def cluster(ray_module: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Start a cluster of two machines that paint, of one core each, and a third for the run."""
    from ray.cluster_utils import Cluster

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        machines = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
        for _ in range(2):
            machines.add_node(num_cpus=1)
        yield machines
        machines.shutdown()


def on(cluster: Any, file: Path, listen: Any = events.ignore, overrides: Any = None, **options: Any) -> Summary:
    return run(load_spec(file, overrides), Options(engine="ray", address=cluster.address, **options), listen)


def painters() -> list[psutil.Process]:
    """Find the processes of Ray that paint an item at the moment."""
    return [process for process in psutil.process_iter() if said_by(process).startswith("ray::_paint")]


def said_by(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def test_a_local_run_loads_no_ray(job: Job, python: Start) -> None:
    code = "import sys\nfrom stylepipe.batch.run import run, Options\nfrom stylepipe import load_spec\n"
    code += "print(run(load_spec(sys.argv[1]), Options(workers=1)).done, 'ray' in sys.modules)"
    out, error = python(code, job()).communicate(timeout=300)
    assert out.split() == ["4", "False"], error


def test_without_ray_the_extra_is_named(job: Job, python: Start) -> None:
    process = python(f"import sys; sys.modules['ray'] = None\n{CLI}", "run", job(), "--engine", "ray")
    _, error = process.communicate(timeout=300)
    assert process.returncode == ExitCode.ENVIRONMENT
    assert 'pip install "stylepipe[ray]"' in error


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"address": "auto"}, "--address auto: is that of a Ray cluster; add --engine ray"),
        (
            {"engine": "ray", "address": "head"},
            "--address head: is no address of a Ray cluster; write auto or HOST:PORT",
        ),
        ({"engine": "ray", "workers": 0}, "--workers 0 paints in this process"),
        ({"engine": "ray", "device": "cuda:1"}, "on a cluster Ray chooses which GPU"),
    ],
)
def test_what_does_not_go_together_is_refused(options: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Options(**options)


@needs_ray
def test_an_address_where_nobody_answers_is_said_at_once(job: Job) -> None:
    summary, _ = carry_out(job(), engine="ray", address="127.0.0.1:9", workers=None)
    assert isinstance(summary.fatal, EnvironmentLacksError)
    assert str(summary.fatal).startswith("--address 127.0.0.1:9: nobody answers there (")
    (ray, lost) = check_cluster("127.0.0.1:9", Path())
    assert (ray.state, lost.state) == ("ok", "problem")


@pytest.mark.slow
def test_a_cluster_paints_the_same_bytes_as_one_machine(cluster: Any, job: Job, tmp_path: Path) -> None:
    file = job()
    carry_out(file, {"output.dir": "local"}, workers=2)
    told: list[Event] = []
    before = signal.getsignal(signal.SIGTERM)
    assert on(cluster, file, told.append) == Summary(done=4)
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "local")
    assert len(of_kind(told, events.ItemStarted)) == 4
    assert of_kind(told, events.ItemProgress)
    assert on(cluster, file) == Summary(up_to_date=4)
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.slow
def test_doctor_looks_at_every_machine(cluster: Any, tmp_path: Path) -> None:
    ray, size, *machines = check_cluster(cluster.address, tmp_path / "out")
    assert (ray.state, size.text) == ("ok", "3 machines, with 2 cores and 0 GPUs for tasks")
    assert [machine.state for machine in machines] == ["ok"] * 3, machines
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_an_item_whose_process_is_killed_has_another_turn(cluster: Any, job: Job, tmp_path: Path) -> None:
    file = job(defaults=LONG)
    carry_out(file, {"output.dir": "local"})
    told: list[Event] = []

    def kill_once(event: Event) -> None:
        told.append(event)
        if isinstance(event, events.ItemProgress) and not of_kind(told, events.ItemRetried):
            for process in painters()[:1]:
                process.kill()

    assert on(cluster, file, kill_once) == Summary(done=4)
    retried = of_kind(told, events.ItemRetried)
    assert retried
    assert "the process that painted it died; was there too little memory?" in str(retried[0].error)
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "local")


@pytest.mark.slow
def test_a_machine_that_is_lost_costs_its_items_one_more_turn(cluster: Any, job: Job, tmp_path: Path) -> None:
    file = job(defaults=LONG)
    carry_out(file, {"output.dir": "local"})
    told: list[Event] = []
    lost = cluster.add_node(num_cpus=1)

    def lose(event: Event) -> None:
        nonlocal lost
        told.append(event)
        if lost is not None and len(painters()) == 3:
            lost, raylet = None, lost.all_processes["raylet"][0].process
            raylet.kill()

    try:
        summary = on(cluster, file, lose)
    finally:
        cluster.worker_nodes = {node for node in cluster.worker_nodes if node.any_processes_alive()}
    assert summary == Summary(done=4)
    assert lost is None
    assert len(of_kind(told, events.ItemRetried)) <= 1
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "local")


@pytest.mark.slow
def test_a_task_that_somebody_cancels_goes_on_where_it_was(
    cluster: Any, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stylepipe.batch.ray import Cluster, ray

    file = job(defaults=LONG)
    carry_out(file, {"output.dir": "local"}, only=["cat--night"])
    told: list[Event] = []
    put, answers = Cluster.put, list[Any]()

    def noted(*arguments: Any) -> tuple[int, Any]:
        number, answer = put(*arguments)
        answers.append(answer)
        return number, answer

    monkeypatch.setattr(Cluster, "put", noted)

    def cancel_once(event: Event) -> None:
        told.append(event)
        if isinstance(event, events.ItemProgress) and len(of_kind(told, events.ItemProgress)) == 1:
            ray.cancel(answers[0])

    assert on(cluster, file, cancel_once, only=["cat--night"]) == Summary(done=1)
    (retried, *_) = of_kind(told, events.ItemRetried)
    assert "somebody cancelled its task on the cluster" in str(retried.error)
    (done,) = of_kind(told, events.ItemDone)
    assert done.notes[0].startswith("went on after iteration ")
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "local")


@pytest.mark.slow
def test_a_run_that_is_stopped_keeps_what_there_is_and_the_next_goes_on(cluster: Any, job: Job, tmp_path: Path) -> None:
    file = job(defaults=LONG)
    carry_out(file, {"output.dir": "local"})

    def stop(event: Event) -> None:
        if isinstance(event, events.ItemProgress):
            raise StoppedError(ExitCode.TERMINATED)

    summary = on(cluster, file, stop)
    assert summary.exit_code == ExitCode.TERMINATED
    assert [*(tmp_path / "out" / ".stylepipe" / "unfinished").rglob("*.safetensors")]
    told: list[Event] = []
    assert on(cluster, file, told.append).exit_code == ExitCode.OK
    notes = [note for done in of_kind(told, events.ItemDone) for note in done.notes]
    assert any(note.startswith("went on after iteration ") for note in notes)
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "local")


@pytest.mark.slow
def test_a_hanging_task_is_killed_when_its_item_has_outlasted_its_timeout(
    cluster: Any, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stylepipe.batch.cluster._TIMEOUT_GRACE", 0.5)
    hung: list[psutil.Process] = []

    def hang(event: Event) -> None:
        if isinstance(event, events.ItemProgress) and not hung:
            hung.extend(painters())
            for process in hung:
                process.suspend()

    summary = on(cluster, job(defaults=LONG), hang, {"timeout": "30s"}, only=["cat--night"])
    assert summary.failed == 1
    _, alive = psutil.wait_procs(hung, timeout=30)
    assert alive == []


@pytest.mark.slow
def test_when_the_run_dies_its_tasks_do_and_the_next_run_paints_the_rest(
    cluster: Any, job: Job, tmp_path: Path, python: Start
) -> None:
    file = job(defaults=LONG)
    carry_out(file, {"output.dir": "local"})
    words = ("run", file, "--engine", "ray", "--address", cluster.address, "--log-json")
    process = python(CLI, *words)
    assert process.stderr is not None
    next(line for line in process.stderr if "item_done" in line)
    process.kill()
    process.wait()
    until = time.monotonic() + 30
    while painters() and time.monotonic() < until:
        time.sleep(0.1)
    assert painters() == []

    process = python(CLI, *words)
    out, error = process.communicate(timeout=300)
    assert (process.returncode, out) == (0, ""), error
    said = [json.loads(line) for line in error.splitlines()]
    begun = [event for event in said if event["event"] == "item_started"]
    assert 1 <= len(begun) <= 3
    assert said[-1]["done"] + said[-1]["up_to_date"] == 4
    assert outputs_in(tmp_path / "out") == outputs_in(tmp_path / "local")


@pytest.mark.slow
def test_deaths_at_random_moments_cost_their_items_one_more_turn_each(
    cluster: Any, job: Job, tmp_path: Path, python: Start
) -> None:
    file, chance = job(defaults=LONG), random.Random(9)
    carry_out(file, {"output.dir": "local"})
    victims, night = ["painter", "run", "machine", "run", "painter", "machine"], 0
    while victims:
        out, struck, night = tmp_path / f"night{night}", list[str | None](), night + 1
        words = ("run", file, "--engine", "ray", "--address", cluster.address, "--set", f"output.dir={out.name}")
        while len(outputs_in(out)) < 4:
            lost, process = cluster.add_node(num_cpus=1), python(CLI, *words, "--quiet")
            begun = executions(out)
            while process.poll() is None and not (executions(out) > begun and painters()):
                time.sleep(0.05)
            time.sleep(chance.uniform(0, 1.5))
            victim = victims.pop() if victims and process.poll() is None else None
            struck += [victim]
            strike(victim, process, lost)
            assert process.communicate(timeout=300) == ("", "")
            assert process.returncode == (-9 if victim == "run" else 0)
            if lost.any_processes_alive():
                cluster.remove_node(lost)
            cluster.worker_nodes.discard(lost)
            psutil.wait_procs(painters(), timeout=30)
        # A run takes the items of all three machines with it.
        assert executions(out) <= 4 + 3 * struck.count("run") + struck.count("machine") + struck.count("painter")
        assert_nothing_is_torn(out)
        assert outputs_in(out) == outputs_in(tmp_path / "local")


def strike(victim: str | None, run: Popen[str], machine: Any) -> None:
    """End a process that paints, or the run, or a machine; None spares all."""
    if victim == "run":
        run.kill()
    elif victim == "machine":
        machine.all_processes["raylet"][0].process.kill()
    elif victim == "painter":
        for process in painters()[:1]:
            process.kill()


@pytest.mark.slow
@needs_ray
def test_a_run_without_an_address_starts_a_cluster_and_leaves_none(job: Job, tmp_path: Path, python: Start) -> None:
    process = python(CLI, "run", job(), "--engine", "ray", "--quiet", RAY_TMPDIR=os.environ.get("RAY_TMPDIR", "/tmp"))
    assert process.communicate(timeout=300) == ("", "")
    assert process.returncode == 0
    assert len(outputs_in(tmp_path / "out")) == 4
