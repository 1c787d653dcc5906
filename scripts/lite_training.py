"""A training of `lite`: its steps, its validation, and what it keeps to go on."""

from __future__ import annotations

import argparse
import math
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import torch
from lite_lessons import Terms, lessons, mean, positions
from lite_pictures import Crops, divided
from lite_student import MOMENTUM, Student, pooling_gains
from lite_teacher import TEACHER_GRID, Teacher
from lite_tensors import Maps, loaded
from safetensors.torch import save_file
from torch import Tensor, nn

WARM_UP = 200  # steps in which the learning rate rises


class Training:
    """The student, its optimiser and the pictures, at some step of the run."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.device = torch.device(options.device)
        torch.manual_seed(options.seed)
        trained, kept = divided(options.images)
        self.pictures = zlib.crc32("\n".join(str(path.relative_to(options.images)) for path in trained + kept).encode())
        self.crops = Crops(trained, options.crop, options.seed, options.painted)
        self.kept = Crops(kept, options.crop, options.seed, 0)
        self.teacher = Teacher(options.teacher, self.device)
        first = self.crops.batch(0, 32).to(self.device)
        taught = self.teacher(first)
        self.energy = self._energy(8)
        self.student = Student(options.widths, {name: maps.shape[1] for name, maps in taught.items()}).to(self.device)
        if options.start and not checkpoint_of(options.out).exists():
            self._start(options.start, first)
        self.student = self.student.to(memory_format=torch.channels_last)
        groups = [
            {"params": [p for p in self.student.parameters() if p.ndim > 1], "weight_decay": 0.02},
            {"params": [p for p in self.student.parameters() if p.ndim == 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=options.rate, betas=(0.9, 0.98))
        self.step, self.seconds = 0, 0.0

    def _start(self, path: Path, image: Tensor) -> None:
        if path.suffix == ".checkpoint":
            self._take_over(loaded(path, self.device), path)
            return
        earlier = loaded(path, self.device)
        for name, convolution in self.student.convolutions.items():
            kernel, bias = (earlier.get(f"conv{name[4:]}.{part}") for part in ("weight", "bias"))
            if kernel is None and name != "relu1_1":
                continue  # an earlier network may end before this one
            widest = convolution.weight.shape
            if kernel is None or bias is None or any(a > b for a, b in zip(kernel.shape, widest, strict=True)):
                raise SystemExit(f"{path}: conv{name[4:]} is missing or wider than {widest[0]}; see --widths")
        self.student.start_from(earlier, image)

    def _take_over(self, parts: dict[str, Any], path: Path) -> None:
        try:
            self.student.load_state_dict(parts["student"])
        except (KeyError, RuntimeError) as error:
            raise SystemExit(f"{path}: no checkpoint of a student of --widths {self.options.widths}") from error

    def _energy(self, batches: int) -> Maps:
        """Give the mean square of each of the teacher's channels, over some batches that are no step's."""
        squares: dict[str, list[Tensor]] = {name: [] for name in TEACHER_GRID}
        for k in range(batches):
            taught = self.teacher(self.crops.batch(10**9 + k, 32).to(self.device))
            for name in squares:
                squares[name].append(taught[name].square().mean((0, 2, 3)))
        means = {name: torch.stack(found).mean(0) for name, found in squares.items()}
        # A channel that is hardly ever active would otherwise count for more than all that it was seen in.
        return {name: mean.clamp_min(0.1 * float(mean.mean())) for name, mean in means.items()}

    def learn(self, crops: Tensor) -> Terms:
        """Take a step, and with `reach` another one on the same crops, changed to where the student errs more."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.options.rate * self._share()
        crops = crops.to(self.device).contiguous(memory_format=torch.channels_last)
        found, slope = self._update(crops, crops)
        if self.options.reach:
            rng = np.random.default_rng([self.options.seed, self.step, 1])
            reach = torch.from_numpy(rng.uniform(0, self.options.reach, (len(crops), 1, 1, 1))).to(crops)
            changed = (crops + reach * slope.sign()).clamp(0, 1)
            self._update(changed, crops if self.options.robust else changed)
        self.step += 1
        return found

    def _update(self, crops: Tensor, for_teacher: Tensor) -> tuple[Terms, Tensor]:
        """Change the weights; give the terms of the loss, and its slope over the crops."""
        crops = crops.detach().requires_grad_(self.options.reach > 0)
        found = self._lessons(crops, for_teacher)
        loss = sum(getattr(self.options, term) * mean(values) for term, values in found.items())
        if not torch.isfinite(loss):
            raise SystemExit(
                f"step {self.step + 1}: the loss is {loss.item()}; take a lower --rate than {self.options.rate}"
            )
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if self.step < WARM_UP and self.options.start and self.options.start.suffix != ".checkpoint":
            for parameter in (*self.student.convolutions.parameters(), *self.student.norms.parameters()):
                parameter.grad = None  # heads that know nothing yet would teach the body nonsense
        nn.utils.clip_grad_norm_(self.student.parameters(), 5.0)
        self.optimizer.step()
        slope = crops.grad if crops.grad is not None else torch.zeros(())
        return found, slope

    def _share(self) -> float:
        """Give the learning rate over the highest one: a rise, then half a cosine down to zero."""
        progress = self.step / self.options.steps
        return min(1.0, (self.step + 1) / WARM_UP) * 0.5 * (1 + math.cos(math.pi * progress))

    def _lessons(self, crops: Tensor, for_teacher: Tensor, step: int | None = None) -> Terms:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.options.bf16):
            taught, seen = self.teacher(for_teacher.detach()), self.student(crops)
        chosen = positions(taught, self.options.positions, [self.options.seed, self.step if step is None else step])
        return lessons(self.student, seen, taught, self.energy, chosen, self.options)

    @torch.no_grad()
    def settle(self, batches: int = 40) -> None:
        """Measure the batch normalisation anew: while the weights move, its running means lag behind."""
        norms = [module for module in self.student.modules() if isinstance(module, nn.BatchNorm2d)]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # a plain mean
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.options.bf16):
            for k in range(batches):
                self.student(self.crops.batch(10**9 + k, self.options.batch).to(self.device))
        for norm in norms:
            norm.momentum = MOMENTUM

    @torch.no_grad()
    def validate(self) -> Terms:
        """Give every term on pictures that are never trained on, always at the same positions of the same crops."""
        self.student.eval()
        kept = (self.kept.batch(k, 32, plain=True).to(self.device) for k in range(4))
        rounds = [self._lessons(crops, crops, step=k) for k, crops in enumerate(kept)]
        self.student.train()
        return {
            term: {layer: torch.stack([r[term][layer] for r in rounds]).mean() for layer in values}
            for term, values in rounds[0].items()
        }

    def save(self, path: Path) -> None:
        """Write the checkpoint, whole or not at all."""
        parts = {"student": self.student.state_dict(), "optimizer": self.optimizer.state_dict()}
        parts |= {"step": self.step, "seconds": self.seconds, "course": self._course()}
        torch.save(parts, path.with_suffix(".part"))
        os.replace(path.with_suffix(".part"), path)

    def resume(self, path: Path) -> None:
        """Go on where a checkpoint was written, if it is one of this very run."""
        parts = loaded(path, self.device)
        before, now = parts.get("course"), self._course()
        if not isinstance(before, dict):
            raise SystemExit(f"{path}: no checkpoint of this program; move it away to begin anew")
        if changed := [f"{key} was {before.get(key)}, is {now[key]}" for key in now if before.get(key) != now[key]]:
            raise SystemExit(f"{path}: of another run ({'; '.join(changed)}); take the same options, or another OUT")
        self._take_over(parts, path)
        self.optimizer.load_state_dict(parts["optimizer"])
        self.step, self.seconds = parts["step"], parts["seconds"]

    def _course(self) -> dict[str, object]:
        """Give what the weights at a step depend on."""
        free = ("images", "teacher", "out", "start", "every", "device")
        course: dict[str, object] = {k: v for k, v in sorted(vars(self.options).items()) if k not in free}
        return {**course, "pictures": self.pictures}

    def write(self, path: Path) -> None:
        """Write the network, whole or not at all."""
        weights = self.student.folded()
        if not all(bool(torch.isfinite(tensor).all()) for tensor in weights.values()):
            raise SystemExit(
                f"step {self.step}: the weights are not finite; take a lower --rate than {self.options.rate}"
            )
        gains = pooling_gains(weights, self.kept.batch(0, 32, plain=True))
        save_file({**weights, **{name: torch.tensor(gain) for name, gain in gains.items()}}, path.with_suffix(".part"))
        os.replace(path.with_suffix(".part"), path)


def checkpoint_of(out: Path) -> Path:
    """Say where a run keeps what it needs to go on."""
    return out.with_suffix(".checkpoint")
