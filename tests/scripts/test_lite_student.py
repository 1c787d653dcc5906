"""The student of `lite` is the network that stylepipe reads."""

from __future__ import annotations

import torch
from lite_student import LESSONS, Student

from stylepipe.engine.network import LITE, FeatureNetwork
from stylepipe.spec.settings import LAYERS

CHANNELS = dict.fromkeys(("conv1", *(f"fire{k}" for k in range(2, 10)), "logits"), 4)


def test_folding_the_normalisation_changes_nothing() -> None:
    torch.manual_seed(0)
    student = Student((4, 4, 8, 8, 8), CHANNELS)
    for _ in range(5):
        student(torch.rand(4, 3, 64, 64))
    student.eval()
    network = FeatureNetwork({name: tensor.float() for name, tensor in student.folded().items()}, LITE)
    pictures = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        own = student(pictures)
    for name, maps in network(pictures, list(LESSONS)).items():
        assert float((maps - own[name]).norm() / own[name].norm()) < 0.01, name


def test_a_wider_network_begins_with_what_a_narrower_one_sees() -> None:
    torch.manual_seed(0)
    narrow, wide = (Student(widths, CHANNELS) for widths in ((4, 4, 8, 8, 8), (6, 8, 8, 10, 12)))
    pictures = torch.rand(2, 3, 64, 64)
    earlier = narrow.eval().folded()
    wide.start_from(earlier, pictures)
    few, many = (
        FeatureNetwork({name: tensor.float() for name, tensor in weights.items()}, LITE)(pictures, LAYERS)
        for weights in (earlier, wide.eval().folded())
    )
    for name in LAYERS:
        same = many[name][:, : few[name].shape[1]]
        assert float((same - few[name]).norm() / few[name].norm()) < 0.01, name
        assert many[name].std() > 0
