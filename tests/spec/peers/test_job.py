"""A job file that was made from another program's command line says the same as that, wherever it lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from stylepipe.spec.expand import expand
from stylepipe.spec.load import load_spec
from stylepipe.spec.peers.job import Artwork, ImportedJob, job_text


def job_of(content: str, *artworks: Artwork, output: str = "out.png", folder: Path = Path()) -> ImportedJob:
    job = ImportedJob(folder, content, "--content")
    job.artworks += artworks
    job.write_to(output, f"--output {output}")
    return job


@pytest.mark.parametrize(
    ("folder", "typed", "written"),
    [
        (".", "in/cat.jpg", "in/cat.jpg"),
        ("jobs", "in/cat.jpg", "../in/cat.jpg"),
        ("jobs", "./jobs/../jobs/cat.jpg", "cat.jpg"),
        ("jobs", "/in/cat.jpg", "/in/cat.jpg"),
        ("jobs", "~/cat.jpg", "~/cat.jpg"),
    ],
)
def test_a_path_leads_from_the_job_file_to_where_the_command_line_meant(folder: str, typed: str, written: str) -> None:
    assert ImportedJob(Path(folder)).path(typed) == written


@pytest.mark.parametrize(
    ("name", "painted", "lost"),
    [
        ("painted.JPEG", "painted.jpg", []),
        ("a/b.tif", "a/b.tiff", []),
        ("painted.bmp", "painted.png", ["--output painted.bmp: .bmp is no kind of picture here; it is a png"]),
        ("painted", "painted.png", ["--output painted: a name without suffix is no kind of picture here; it is a png"]),
        ("{content} 1:2.png", "{content} 1_2.png", []),
        ("../up.webp", "../up.webp", []),
    ],
)
def test_the_picture_goes_where_it_was_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, painted: str, lost: list[str]
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for file in ("cat.jpg", "night.jpg"):
        Path(file).touch()
    job = job_of("cat.jpg", Artwork("night.jpg"), output=name)
    assert job.lost == lost
    Path("job.yaml").write_text(job_text(job, "paint", "paint cat.jpg"))
    (item,) = expand(load_spec("job.yaml"))
    assert item.output == (tmp_path / "here" / painted).resolve()


def test_names_that_mean_something_else_in_a_job_file_stay_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    names = ("cat: [1] #2.jpg", "no", "it's {a}.jpg", "12.jpg", "ä ö.jpg")
    for name in names:
        Path(name).touch()
    for name in names:
        job = job_of(name, *map(Artwork, names))
        Path("job.yaml").write_text(job_text(job, "paint", f"paint {name}"), encoding="utf-8")
        (item,) = expand(load_spec("job.yaml"))
        assert item.content.name == name
        assert [style.path.name for style in item.styles] == [*names]


def test_settings_have_their_reasons_beside_them_and_artworks_their_weights_and_scales() -> None:
    job = job_of("cat.jpg", Artwork("night.jpg", 0.3), Artwork("wave.jpg", scale=1.5))
    job.artworks_why = "--styles"
    job.set("size", 512, "--size 512")
    job.set("content_layers", {"relu4_2": 1.0}, "as there")
    job.set("style_layers", {f"relu{k}_1": 0.123456 for k in range(1, 6)}, "as there, too")
    lines = job_text(job, "paint", "paint cat.jpg").splitlines()
    assert "  size: 512                    # --size 512" in lines
    assert "  content_layers: {relu4_2: 1} # as there" in lines
    assert any(line.startswith("  style_layers: {") and line.endswith("} # as there, too") for line in lines)
    at = lines.index("  style: # --styles")
    assert lines[at + 1 : at + 3] == [
        "    - {image: night.jpg, weight: 0.3}",
        "    - {image: wave.jpg, weight: 1, scale: 1.5}",
    ]


def test_what_was_converted_and_what_was_lost_is_said_before_all_else() -> None:
    job = job_of("cat.jpg", Artwork("night.jpg"))
    job.converted.append("Weights are ours.")
    assert "# Everything has an equivalent here." in job_text(job, "paint", "paint cat.jpg")
    job.lost.append("--web: " + "there is no web server, " * 6)
    text = job_text(job, "paint", "paint cat.jpg")
    head, _, rest = text.partition("version: 1")
    assert "# * Weights are ours.\n" in head
    assert "# Without an equivalent here:\n# * --web: there is no web server," in head
    assert all(line.startswith("#") for line in head.splitlines())
    assert "#     paint cat.jpg\n" in head
    assert "Weights" not in rest
