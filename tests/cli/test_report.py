from __future__ import annotations

import json
import shlex
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from stylepipe.store.lock import hold


def island(page):
    text = page.read_text()
    return json.loads(text.partition('id="data">')[2].partition("</script>")[0])


def pixels(file):
    with Image.open(file) as image:
        return image.tobytes()


def test_stdout_is_the_path_of_the_page(stylepipe, job, tmp_path):
    file = job()
    stylepipe("run", file, "--quiet")
    answer = stylepipe("report", "job.yaml")
    assert (answer.code, answer.out, answer.err) == (0, f"{tmp_path}/out/report/index.html\n", "")
    assert stylepipe("report", "out", "-o", "page").out == "page/index.html\n"
    page = island(tmp_path / "page" / "index.html")
    assert [item["name"] for item in page["items"]] == ["cat--night", "cat--wave", "dog--night", "dog--wave"]


def test_the_commands_on_the_page_make_the_same_picture_again(stylepipe, job, tmp_path):
    job()
    settings = ["--set", "style_weight=3", "--set", "content_layers=relu3_1", "--set", "seed=4", "--set", "init=noise"]
    stylepipe("run", "job.yaml", *settings, "--only", "cat--night", "--quiet")
    output = tmp_path / "out" / "cat--night.png"
    for target in (["job.yaml", *settings], ["out"]):
        before = pixels(output)
        page = tmp_path / stylepipe("report", *target).out.strip()
        command = next(item["command"] for item in island(page)["items"] if item["name"] == "cat--night")
        program, *words = shlex.split(command)
        assert program == "stylepipe"
        output.unlink()
        assert stylepipe(*words, "--quiet").code == 0
        assert pixels(output) == before


def test_a_job_that_never_ran_has_a_page_of_what_is_due(stylepipe, job, tmp_path):
    job()
    stylepipe("report", "job.yaml")
    items = island(tmp_path / "out" / "report" / "index.html")["items"]
    assert {(item["state"], item["why"]) for item in items} == {("due", "new")}


def test_sheet_and_curves_come_without_a_page(stylepipe, job, tmp_path):
    stylepipe("run", job(), "--quiet")
    answer = stylepipe("report", "out", "--sheet", "sheet.png", "--curves", "curves.svg")
    assert (answer.code, answer.out) == (0, "sheet.png\ncurves.svg\n")
    with Image.open("sheet.png") as sheet:
        assert sheet.format == "PNG"
    assert not (tmp_path / "out" / "report").exists()


def test_a_single_file_says_how_large_it_is(stylepipe, job, tmp_path):
    stylepipe("run", job(), "--quiet")
    answer = stylepipe("report", "out", "--single-file", "-o", "one.html")
    assert answer.out == "one.html\n"
    assert answer.err.endswith("kB, with all pictures in it\n")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["out", "--sheet", "a.png", "--watch"], "make no page"),
        (["out", "--sheet", "a.gif"], ".png, .jpg or .webp"),
        (["out", "--curves", "a.png"], "curves are an .svg"),
        (["out", "--single-file", "--watch"], "leave out --single-file"),
        (["photos"], "no output directory"),
        (["out", "--set", "size=3"], "name the job file"),
    ],
)
def test_wrong_usage_is_said_and_nothing_written(stylepipe, job, tmp_path, arguments, why):
    job()
    (tmp_path / "out" / ".stylepipe").mkdir(parents=True)
    answer = stylepipe("report", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert why in answer.err
    assert not list((tmp_path / "out").glob("*"))[1:]


def test_a_watched_page_follows_a_run_to_its_end(stylepipe, job, start, tmp_path):
    job()
    stylepipe("run", "job.yaml", "--quiet", "--only", "cat*")
    page = tmp_path / "out" / "report" / "index.html"
    with hold(tmp_path / "out"):
        watching = start("report", "job.yaml", "--watch")
        assert watching.stdout.readline() == f"{page}\n"
        assert island(page)["live"]
    out, err = watching.communicate(timeout=60)
    assert (watching.returncode, out, err) == (0, "", "")
    assert not island(page)["live"]


def test_watching_waits_for_a_run_to_begin(stylepipe, job, start, tmp_path):
    job()
    stylepipe("run", "job.yaml", "--quiet", "--only", "cat*")
    watching = start("report", "job.yaml", "--watch")
    page = watching.stdout.readline().strip()
    assert island(Path(page))["live"]
    with hold(tmp_path / "out"):
        time.sleep(2)
        assert watching.poll() is None
    _, err = watching.communicate(timeout=60)
    assert (watching.returncode, err) == (0, "")
    assert not island(Path(page))["live"]


def test_watching_where_no_run_begins_ends(stylepipe, job, monkeypatch):
    monkeypatch.setattr(sys.modules["stylepipe.cli.report"], "_PATIENCE", 0.1)
    job()
    answer = stylepipe("report", "job.yaml", "--watch")
    assert answer.code == 0
    assert answer.err == "no run is going on in out: the page is as it stays\n"


def test_a_page_is_made_without_torch(stylepipe, job):
    stylepipe("run", job(), "--quiet")
    code = (
        "import sys\nfrom stylepipe.cli.main import cli\n"
        "cli(['report', 'job.yaml'], standalone_mode=False)\nprint('torch' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.splitlines()[-1] == "False"
