from __future__ import annotations

from pathlib import Path

from stylepipe.spec.nodes import locate, node_of, plain, without
from stylepipe.spec.problems import Place
from stylepipe.spec.yaml12 import read_yaml


def test_plain_values_make_a_tree_and_come_back():
    data = {"a": [1, "x", None], "b": {"c": Path("d")}}
    assert plain(node_of(data)) == {"a": [1, "x", None], "b": {"c": "d"}}


def test_parts_that_the_file_does_not_have_are_skipped():
    root = read_yaml("styles:\n  dusk: {image: a, wieght: 1}\n", "job.yaml").root
    assert root is not None
    found = locate(root, ("styles", "dusk", 0, "StyleEntry", "wieght"))
    assert found.loc == ("styles", "dusk", "wieght")
    assert found.label == Place(2, 20)
    assert found.place == Place(2, 28)


def test_a_name_in_a_list_is_found_by_its_text():
    root = read_yaml("style_layers: [relu1_1, relu9_1]\n", "job.yaml").root
    assert root is not None
    assert locate(root, ("style_layers", "relu9_1")).place == Place(1, 25)


def test_a_part_can_be_cut_out_and_nothing_else_changes():
    root = node_of({"a": [1, {"b": 2, "c": 3}], "d": 4})
    assert plain(without(root, ("a", 1, "b"))) == {"a": [1, {"c": 3}], "d": 4}
    assert plain(without(root, ("a", 0))) == {"a": [{"b": 2, "c": 3}], "d": 4}
    assert plain(without(root, ("e",))) == plain(root)
