"""The check-up of a cluster says of each machine what keeps it from painting, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from stylepipe import __version__
from stylepipe.batch import checkup_cluster
from stylepipe.batch.checkup_cluster import check_cluster
from stylepipe.batch.cluster_worker import Place
from stylepipe.batch.finding import Finding
from stylepipe.errors import EnvironmentLacksError


@dataclass
class Cluster:
    """Stands in for a Ray cluster of one machine, on which everything is done here. others: what others find there."""

    cpus: int = 2
    gpus: int = 0
    others: dict[str, Callable[[Place], Place | Exception]] = field(default_factory=dict)
    at: list[str | None] = field(default_factory=list)

    @contextmanager
    def joined(self, address: str | None) -> Iterator[Cluster]:
        self.at.append(address)
        yield self

    def machines(self) -> list[Any]:
        others = [SimpleNamespace(cpus=1, gpus=0) for _ in self.others]
        return [SimpleNamespace(cpus=self.cpus, gpus=self.gpus), *others]

    def on_every_machine(self, do: Callable[[], Place]) -> list[tuple[str, Place | Exception]]:
        here = do()
        return [("here", here), *((name, found(here)) for name, found in self.others.items())]


def look(cluster: Any, folder: Path, monkeypatch: pytest.MonkeyPatch, address: str | None = None) -> list[Finding]:
    """Check a cluster; ray, which may not be installed, has no part in it."""
    monkeypatch.setitem(sys.modules, "stylepipe.batch.ray", cluster)
    monkeypatch.setattr(checkup_cluster, "version", lambda package: f"{package} 9.9")
    return list(check_cluster(address, folder))


def test_without_ray_there_is_one_problem_and_the_command_that_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "stylepipe.batch.ray", raising=False)
    monkeypatch.setitem(sys.modules, "ray", None)
    (ray,) = check_cluster(None, tmp_path)
    assert (ray.name, ray.state) == ("ray", "problem")
    assert ray.text.startswith("--engine ray: ray cannot be loaded (")
    assert ray.remedy.endswith('install it on every machine: pip install "stylepipe[ray]"')


def test_a_machine_that_sees_what_is_written_here_can_paint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster(cpus=2, gpus=1)
    ray, size, here = look(cluster, tmp_path / "out" / "not" / "yet", monkeypatch, "auto")
    assert cluster.at == ["auto"]
    assert (ray.state, ray.text) == ("ok", "ray 9.9")
    assert (size.state, size.text) == ("ok", "1 machine, with 2 cores and 1 GPU for tasks")
    assert (here.name, here.state, here.remedy) == ("on here", "ok", "")
    assert here.text.startswith(f"stylepipe {__version__}, Python 3.")
    assert here.text.endswith(f", sees {tmp_path}")
    assert list(tmp_path.iterdir()) == []


def test_each_machine_says_what_is_wrong_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    others: dict[str, Callable[[Place], Place | Exception]] = {
        "bare": lambda _: RuntimeError("ModuleNotFoundError: No module named 'stylepipe'"),
        "old": lambda here: replace(here, stylepipe="0.0.1"),
        "apart": lambda here: replace(here, word=None),
        "astray": lambda here: replace(here, word="of another folder"),
    }
    _, size, here, bare, old, apart, astray = look(Cluster(others=others), tmp_path, monkeypatch)
    assert size.text == "5 machines, with 6 cores and 0 GPUs for tasks"
    assert here.state == "ok"
    assert {one.state for one in (bare, old, apart, astray)} == {"problem"}
    assert bare.text == "stylepipe cannot be loaded: ModuleNotFoundError: No module named 'stylepipe'"
    assert bare.remedy.endswith(f'pip install "stylepipe[ray]=={__version__}"')
    assert (old.text, old.remedy) == (
        f"stylepipe 0.0.1, and {__version__} here",
        "install the same version on every machine of the cluster",
    )
    assert apart.text == astray.text == f"{tmp_path} is not the folder of that path here"
    assert apart.remedy == "mount the folder at the same path on every machine of the cluster"


def test_a_cluster_without_a_core_for_tasks_cannot_paint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, size, _ = look(Cluster(cpus=0), tmp_path, monkeypatch)
    assert (size.state, size.text) == ("problem", "1 machine, with 0 cores and 0 GPUs for tasks")
    assert size.remedy == "start Ray on machines that paint, without --num-cpus 0"


def test_a_cluster_that_is_not_there_is_one_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def joined(address: str) -> Iterator[None]:
        raise EnvironmentLacksError(f"--address {address}: nobody answers there; start a cluster")
        yield

    _, cluster = look(SimpleNamespace(joined=joined), tmp_path, monkeypatch, "head:6379")
    assert cluster == Finding("cluster", "problem", "--address head:6379: nobody answers there", "start a cluster")


def test_the_file_that_others_are_to_find_is_removed_whatever_happens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: Place) -> Place:
        assert [path.name[:11] for path in tmp_path.iterdir()] == [".stylepipe-"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        look(Cluster(others={"far": interrupted}), tmp_path, monkeypatch)
    assert list(tmp_path.iterdir()) == []
