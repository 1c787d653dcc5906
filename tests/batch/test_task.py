"""How far a failure reaches decides whether its item has another turn, its process is replaced, or the run ends."""

from __future__ import annotations

import errno
import pickle

import pytest

from stylepipe.batch.task import Done, Failed, Reach, crashed, failed, may_explain_all, pause_before
from stylepipe.errors import (
    CrashError,
    EnvironmentLacksError,
    ExitCode,
    FfmpegError,
    ItemTimeoutError,
    OutputError,
    OutputNameError,
    PictureError,
    StoppedError,
    StylepipeError,
)


def because(error: StylepipeError, cause: BaseException | None) -> StylepipeError:
    """Give an error with what led to it."""
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "reach"),
    [
        (PictureError("cat: damaged"), Reach.ITEM),
        (ItemTimeoutError("cat: too long"), Reach.ITEM),
        (EnvironmentLacksError("no weights"), Reach.ITEM),
        (because(PictureError("cat"), OSError(errno.ENOENT, "gone")), Reach.ITEM),
        (because(PictureError("cat"), OSError(errno.EIO, "the drive is away")), Reach.MOMENT),
        (because(OutputError("cat"), OSError(errno.ESTALE, "the drive is away")), Reach.MOMENT),
        (because(OutputError("cat"), OSError(errno.ENOSPC, "full")), Reach.RUN),
        (OutputError("cat"), Reach.RUN),
        (OutputNameError("a folder is in the way"), Reach.ITEM),
        (because(PictureError("cat"), RuntimeError("CUDA error: an illegal memory access")), Reach.PROCESS),
    ],
)
def test_an_expected_failure_reaches_as_far_as_its_cause(error: StylepipeError, reach: Reach) -> None:
    assert failed(error) == Failed(error, reach)


def test_a_bug_is_its_items_own_but_an_error_of_the_gpu_spoils_the_process() -> None:
    crash = CrashError("cat: a bug")
    assert crashed(KeyError("x"), crash).reach is Reach.ITEM
    assert crashed(RuntimeError("CUDA error: unspecified launch failure"), crash).reach is Reach.PROCESS
    assert crashed(OSError(errno.EIO, "?"), OutputError("no report could be written")).reach is Reach.RUN


def test_pauses_grow() -> None:
    assert [pause_before(attempt) for attempt in (1, 2)] == [1.0, 4.0]


@pytest.mark.parametrize(
    "error",
    [PictureError("cat: damaged"), StoppedError(ExitCode.TERMINATED), FfmpegError("it failed", "all its words")],
)
def test_outcomes_pass_from_process_to_process(error: StylepipeError) -> None:
    passed = pickle.loads(pickle.dumps(Failed(error, Reach.ITEM)))
    assert (type(passed.error), str(passed.error), passed.error.exit_code) == (type(error), str(error), error.exit_code)
    done = Done(1.5, ["a note"], "cpu (1 thread)")
    assert pickle.loads(pickle.dumps(done)) == done


def test_what_the_environment_lacks_and_bugs_may_explain_all_failures() -> None:
    assert may_explain_all(EnvironmentLacksError("no weights"))
    assert may_explain_all(CrashError("a bug"))
    assert not may_explain_all(PictureError("damaged"))
