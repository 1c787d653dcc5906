import hashlib
import json
import os
import time

import pytest

from stylepipe.errors import EnvironmentLacksError, UsageError
from stylepipe.store import hashing
from stylepipe.store.weights import (
    CATALOGUE,
    LITE,
    cache_dir,
    entry_named,
    find,
    identity_of,
    known_by,
    require,
    sha256_of_weights,
)

pytestmark = pytest.mark.usefixtures("weights_dir")


@pytest.fixture
def cached(weights_dir, catalogue, vgg):
    """Give the test's VGG-19 as it lies in the cache."""
    weights_dir.mkdir()
    path = weights_dir / catalogue[0].file_name
    path.write_bytes(vgg)
    return path


def test_lite_is_inside_the_package_and_is_what_the_catalogue_says():
    path = require("lite", "torchvision")
    assert path == find("lite", "torchvision")
    assert sha256_of_weights(path) == LITE.sha256 == identity_of("lite", "torchvision")


def test_the_catalogue_names_each_file_by_its_hash_and_each_pair_of_settings_once():
    fetched = [entry for entry in CATALOGUE if entry.url]
    assert [entry.name for entry in fetched] == ["vgg19", "vgg19-caffe", "vgg16", "vgg16-caffe"]
    for entry in fetched:
        assert entry.file_name == f"{entry.backbone}-{entry.sha256}.pth"
        assert entry.url.startswith("https://")
        assert entry.url.endswith(f"/{entry.file_name}")
    assert len({(entry.backbone, entry.source) for entry in CATALOGUE}) == len(CATALOGUE)


def test_an_entry_is_found_by_its_name_and_a_slip_is_answered():
    assert entry_named("vgg16-caffe").source == "caffe"
    with pytest.raises(UsageError, match="vgg91: no weights of that name; did you mean vgg19"):
        entry_named("vgg91")
    with pytest.raises(UsageError, match="there are lite, vgg19, vgg19-caffe, vgg16, vgg16-caffe"):
        entry_named("resnet")


def test_the_cache_is_where_the_environment_says_or_the_users_own(monkeypatch, weights_dir):
    assert cache_dir() == weights_dir
    monkeypatch.delenv("STYLEPIPE_WEIGHTS_DIR")
    assert cache_dir().parts[-2:] == ("stylepipe", "weights")


def test_weights_that_are_nowhere_name_the_three_ways_out(catalogue):
    assert find("vgg19", "torchvision", catalogue) is None
    with pytest.raises(EnvironmentLacksError) as caught:
        require("vgg19", "torchvision", catalogue)
    assert str(caught.value) == (
        "the weights of vgg19 are not on this machine; download them with `stylepipe weights fetch vgg19`, bring them "
        "from another machine with `stylepipe weights import FILE`, or set `backbone: lite`, which needs none"
    )


def test_weights_in_the_cache_are_found_and_good(cached, catalogue):
    assert find("vgg19", "torchvision", catalogue) == cached
    assert require("vgg19", "torchvision", catalogue) == cached
    assert find("vgg19", "caffe", catalogue) is None


def test_torch_hubs_own_copy_will_do(tmp_path, catalogue, vgg):
    path = tmp_path / "torch" / "hub" / "checkpoints" / catalogue[0].file_name
    path.parent.mkdir(parents=True)
    path.write_bytes(vgg)
    assert require("vgg19", "torchvision", catalogue) == path


def test_torch_hub_is_looked_for_where_torch_would(tmp_path, monkeypatch, catalogue, vgg):
    monkeypatch.delenv("TORCH_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "cache" / "torch" / "hub" / "checkpoints" / catalogue[0].file_name
    path.parent.mkdir(parents=True)
    path.write_bytes(vgg)
    assert find("vgg19", "torchvision", catalogue) == path


def test_a_damaged_file_is_refused_before_anything_loads_it(cached, catalogue):
    cached.write_bytes(b"something else")
    with pytest.raises(
        EnvironmentLacksError, match=r"\.pth: damaged, or not the weights of vgg19: .*; delete it, then"
    ):
        require("vgg19", "torchvision", catalogue)


def test_a_good_copy_of_torch_hub_stands_in_for_a_damaged_one(cached, tmp_path, catalogue, vgg):
    cached.write_bytes(b"something else")
    path = tmp_path / "torch" / "hub" / "checkpoints" / cached.name
    path.parent.mkdir(parents=True)
    path.write_bytes(vgg)
    assert require("vgg19", "torchvision", catalogue) == path


def test_a_checked_file_is_not_hashed_again_until_it_changes(cached, weights_dir, catalogue, monkeypatch):
    monkeypatch.setattr(hashing, "_RECENT_NS", 20 * 10**6)
    time.sleep(0.03)
    require("vgg19", "torchvision", catalogue)
    stored = json.loads((weights_dir / "hashes.json").read_text())
    assert stored["files"][str(cached)][1].startswith(catalogue[0].sha256)
    stored["files"][str(cached)][1] = "0" * 64
    (weights_dir / "hashes.json").write_text(json.dumps(stored))
    with pytest.raises(EnvironmentLacksError, match="damaged"):  # what is remembered is believed without a look
        require("vgg19", "torchvision", catalogue)
    os.utime(cached)
    assert require("vgg19", "torchvision", catalogue) == cached


def test_a_cache_that_cannot_be_written_does_not_keep_weights_from_being_used(tmp_path, monkeypatch):
    (tmp_path / "blocked").write_text("")
    monkeypatch.setenv("STYLEPIPE_WEIGHTS_DIR", str(tmp_path / "blocked"))
    assert require("lite", "torchvision").is_file()


def test_a_file_of_the_users_own_is_taken_by_path(tmp_path):
    for name in ("mine.pth", "mine.safetensors"):
        (tmp_path / name).write_bytes(b"mine")
        assert require("vgg19", str(tmp_path / name)) == tmp_path / name
        assert identity_of("vgg19", str(tmp_path / name)) == hashlib.sha256(b"mine").hexdigest()


def test_a_path_that_is_no_weights_file_says_so(tmp_path):
    with pytest.raises(UsageError, match=r"or a file that ends in \.pth or \.safetensors"):
        require("vgg19", "torchvison")
    with pytest.raises(EnvironmentLacksError, match="there is no such weights file"):
        require("vgg19", str(tmp_path / "mine.pth"))
    with pytest.raises(EnvironmentLacksError, match="there is no such weights file"):
        require("vgg19", "x" * 300 + ".pth")


def test_what_is_due_can_be_said_before_anything_is_fetched():
    assert identity_of("vgg19", "torchvision") == "dcbb9e9d"
    assert identity_of("vgg16", "caffe") == "00b39a1b"


def test_a_known_file_is_the_same_file_by_name_and_by_path(tmp_path, catalogue, vgg):
    copy = tmp_path / "renamed.pth"
    copy.write_bytes(vgg)
    assert identity_of("vgg19", str(copy), catalogue) == identity_of("vgg19", "torchvision", catalogue)
    assert known_by(sha256_of_weights(copy), catalogue) == catalogue[0]
    assert known_by("0" * 64, catalogue) is None
