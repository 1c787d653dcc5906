#!/usr/bin/env python3
"""Train `lite`, the small feature network inside stylepipe, from a folder of photographs and a teacher.

    python scripts/train_lite.py IMAGES TEACHER OUT.safetensors [--steps N] [--start EARLIER.safetensors] ...

What it does. A student with VGG-19's plan of convolutions, but a fraction of its width, watches SqueezeNet (ImageNet
weights, the teacher) look at crops of photographs, and learns to see what it sees. No labels are needed: any folder of
some thousand pictures will do. TEACHER is torchvision's squeezenet1_0 (.pth), or the 8-bit file that its authors
published with Deep Compression (S. Han, H. Mao, W. Dally, ICLR 2016).

What it learns, each term with its weight (`--maps`, `--kernel`, `--gram`, `--logits`):

* maps: each of the teacher's maps is predicted by a linear head from the student's map of the same stride; squared
  error over the channel's mean square. The heads are thrown away afterwards.
* kernel: the inner products between positions, F^T F, are those of the teacher's map. Maps ask that the student
  *knows* what the teacher sees; this asks that it *weighs* it alike. Style transfer needs that: the distance of two
  Gram matrices depends on the inner products between positions alone, so a student with the teacher's inner products
  has the teacher's style loss, whatever its channels are (the similarity that F. Tung and G. Mori preserve, ICCV 2019,
  between positions rather than pictures).
* gram: the heads' predictions have the teacher's Gram matrices.
* logits: the teacher's 1000 class probabilities, from the mean of relu5_4.

Each batch is looked at twice: as it is, and moved by up to `--reach` along the sign of the loss's gradient, to where
the student errs more (adversarial examples by the fast gradient sign method, I. Goodfellow, J. Shlens, C. Szegedy, ICLR
2015). An optimiser that paints with the student will find such pictures; here it meets them first. The teacher looks
at the moved crops as they are.

What it writes. Batch normalisation holds the training together and is folded into the convolutions at the end: OUT has
`conv1_1.weight` (out, in, 3, 3), `conv1_1.bias` .. `conv5_4.bias` in float16, for RGB in [0, 1] minus the ImageNet mean
over its standard deviation, ReLU after each, 2x2 maximum before each block but the first; `average_gain` and `l2_gain`
say how the other poolings compare. In a job file: `backbone: lite` and `weights: OUT.safetensors`.

Every step's crops follow from the seed and the step's number; OUT.checkpoint, written every few minutes and when the
run is stopped (Ctrl-C, SIGTERM), holds the rest, so that the same command goes on as if nothing had happened. One
picture in twenty, by its name, is kept for validation and never trained on.

How long, how large, how good. With the defaults a step takes 1.4 s on one CPU core and 20,000 steps eight hours. All
pictures are held in memory, reduced, at some 0.4 MB each. Every hundred steps a line
gives the means of the terms; at validation, maps of 0.44 and kernel of 0.28 are what the shipped network reached.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: its threads otherwise spin while Python works

from lite_arguments import arguments
from lite_lessons import Terms, means
from lite_student import pooling_gains
from lite_training import Training, checkpoint_of

SECONDS_BETWEEN_CHECKPOINTS = 300


def train(options: argparse.Namespace) -> None:
    """Run, or go on with, a training."""
    training, stop = Training(options), Stop()
    checkpoint = checkpoint_of(options.out)
    if checkpoint.exists():
        training.resume(checkpoint)
        print(f"goes on from step {training.step} of {checkpoint}", flush=True)
    began = saved = time.monotonic()
    before = training.seconds
    recent: list[Terms] = []
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(training.crops.batch, training.step + 1, options.batch)
        while training.step < options.steps and not stop.signal:
            batch, ahead = ahead.result(), pool.submit(training.crops.batch, training.step + 2, options.batch)
            recent.append(training.learn(batch))
            training.seconds = before + time.monotonic() - began
            if training.step % 100 == 0:
                report(training.step, training.seconds, means(recent), "train")
                recent.clear()
            if training.step % options.every == 0 and training.step < options.steps:
                training.settle()
                training.write(options.out)
                training.save(checkpoint)
                report(training.step, training.seconds, means([training.validate()]), "valid")
            elif time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS:
                training.save(checkpoint)
                saved = time.monotonic()
        ahead.cancel()
    training.save(checkpoint)
    if training.step < options.steps:
        print(f"stopped at step {training.step}; the same command goes on", flush=True)
        raise SystemExit(128 + stop.signal)
    finish(training)


def finish(training: Training) -> None:
    """Write the network at its last step, and print its validation, layer by layer, and its pooling gains."""
    training.settle()
    training.write(training.options.out)
    terms = training.validate()
    report(training.step, training.seconds, means([terms]), "valid")
    print(json.dumps({term: {k: round(float(v), 3) for k, v in values.items()} for term, values in terms.items()}))
    print(json.dumps(pooling_gains(training.student.folded(), training.kept.batch(0, 32, plain=True))))


def report(step: int, seconds: float, terms: dict[str, float], what: str) -> None:
    """Print a line: the step, the time spent, each term."""
    values = "  ".join(f"{term} {value:.3f}" for term, value in terms.items())
    print(f"{what} {step:6d}  {seconds / 60:6.1f} min  {values}", flush=True)


class Stop:
    """Whether someone asked to stop, by Ctrl-C or SIGTERM: the step is finished first."""

    def __init__(self) -> None:
        self.signal = 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask)

    def _ask(self, number: int, _: object) -> None:
        self.signal = number
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


if __name__ == "__main__":
    train(arguments(__doc__))
