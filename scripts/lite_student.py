"""The student that becomes `lite`: VGG-19's plan of convolutions, at a fraction of its width."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from lite_tensors import Maps
from torch import Tensor, nn

from stylepipe.engine.network import TORCHVISION, FeatureNetwork

CONVOLUTIONS = (2, 2, 4, 4, 4)  # VGG-19's, block by block
MOMENTUM = 0.02  # of the normalisation's running means

LESSONS = {
    "relu2_1": "conv1", "relu2_2": "conv1",
    "relu3_1": "fire2", "relu3_2": "fire3", "relu3_3": "fire4", "relu3_4": "fire4",
    "relu4_1": "fire5", "relu4_2": "fire6", "relu4_3": "fire7", "relu4_4": "fire8",
    "relu5_1": "fire9", "relu5_4": "fire9",
}  # fmt: skip
"""Which of the teacher's maps each of the student's layers learns: one that has seen about as many pixels."""


class Student(nn.Module):
    """VGG-19's plan at the given widths, each convolution normalised over the batch, and a head for each lesson."""

    def __init__(self, widths: tuple[int, ...], channels: dict[str, int]) -> None:
        super().__init__()
        self.convolutions, self.norms, self.heads = nn.ModuleDict(), nn.ModuleDict(), nn.ModuleDict()
        before = 3
        for block, (count, width) in enumerate(zip(CONVOLUTIONS, widths, strict=True), start=1):
            for number in range(1, count + 1):
                name = f"relu{block}_{number}"
                self.convolutions[name] = nn.Conv2d(before, width, 3, padding=0 if before == 3 else 1, bias=False)
                self.norms[name] = nn.BatchNorm2d(width, momentum=MOMENTUM)
                if name in LESSONS:
                    self.heads[name] = nn.Linear(width, channels[LESSONS[name]])
                before = width
        self.classes = nn.Linear(before, channels["logits"])
        self.register_buffer("mean", torch.tensor(TORCHVISION.mean).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(TORCHVISION.std).view(1, 3, 1, 1))

    def forward(self, image: Tensor) -> Maps:
        """Give the maps of the layers with a lesson, and the logits."""
        x = F.pad((image - self.mean) / self.std, (1, 1, 1, 1), mode="replicate")  # as stylepipe pads
        x = x.contiguous(memory_format=torch.channels_last)
        maps = {}
        for name, convolution in self.convolutions.items():
            if name.endswith("_1") and name != "relu1_1":
                x = F.max_pool2d(x, 2)
            x = F.relu(self.norms[name](convolution(x)))
            if name in LESSONS:
                maps[name] = x
        maps["logits"] = self.classes(x.mean((2, 3)))
        return maps

    @torch.no_grad()
    def folded(self) -> dict[str, Tensor]:
        """Give the convolutions with their normalisation folded in, as stylepipe reads them."""
        found = {}
        for name, convolution in self.convolutions.items():
            norm = self.norms[name]
            gain = norm.weight / (norm.running_var + norm.eps).sqrt()
            found[f"conv{name[4:]}.weight"] = (convolution.weight * gain[:, None, None, None]).half().contiguous()
            found[f"conv{name[4:]}.bias"] = (norm.bias - gain * norm.running_mean).half()
        return found

    @torch.no_grad()
    def start_from(self, earlier: dict[str, Tensor], image: Tensor) -> None:
        """Take over an earlier, narrower network; what is new hears the old channels and is not heard by them yet.

        image: (B, 3, H, W), on which the normalisation is measured so that it changes nothing.
        """
        x = F.pad((image - self.mean) / self.std, (1, 1, 1, 1), mode="replicate")
        for name, convolution in self.convolutions.items():
            norm, weight = self.norms[name], convolution.weight
            if name.endswith("_1") and name != "relu1_1":
                x = F.max_pool2d(x, 2)
            old = earlier.get(f"conv{name[4:]}.weight")
            rows = columns = 0
            if old is not None:
                rows, columns = old.shape[:2]
                weight[:rows, columns:] = 0
                weight[:rows, :columns] = old.float()
            x = convolution(x)
            mean, variance = x.mean((0, 2, 3)), x.var((0, 2, 3))
            deviation = (variance + norm.eps).sqrt()
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)
            if old is not None:
                norm.weight[:rows] = deviation[:rows]
                norm.bias[:rows] = mean[:rows] + earlier[f"conv{name[4:]}.bias"].float()
                norm.weight[rows:] = deviation[:rows].mean()
            x = F.relu(F.batch_norm(x, mean, variance, norm.weight, norm.bias, eps=norm.eps))


def pooling_gains(weights: dict[str, Tensor], pictures: Tensor) -> dict[str, list[float]]:
    """Give what `Convention` wants to know: how much larger, at each pooling, the maximum is than the other two."""
    network = FeatureNetwork({name: tensor.float().cpu() for name, tensor in weights.items()})
    before = network(pictures, ("relu1_2", "relu2_2", "relu3_4", "relu4_4")).values()

    def root_mean_square(maps: Tensor) -> float:
        return float(maps.square().mean().sqrt())

    greatest = [root_mean_square(F.max_pool2d(maps, 2)) for maps in before]
    average = [root_mean_square(F.avg_pool2d(maps, 2)) for maps in before]
    l2 = [root_mean_square(F.avg_pool2d(maps.square(), 2).sqrt()) for maps in before]
    gains = {"average_gain": zip(greatest, average, strict=True), "l2_gain": zip(greatest, l2, strict=True)}
    return {name: [round(a / b, 2) for a, b in pairs] for name, pairs in gains.items()}
