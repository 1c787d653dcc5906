import hashlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest

from stylepipe.errors import EnvironmentLacksError, OutputError, UsageError
from stylepipe.store.fetching import fetch, import_file
from stylepipe.store.weights import LITE, require

Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def serve(catalogue, monkeypatch) -> Iterator[Callable[[Answer], tuple]]:
    """Serve the first file of the catalogue from this machine, as `answer` does; give the catalogue that says so."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    servers = []

    def start(answer: Answer) -> tuple:
        class Handler(BaseHTTPRequestHandler):
            do_GET = answer

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return (replace(catalogue[0], url=f"http://127.0.0.1:{server.server_port}/vgg19.pth"), catalogue[1])

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def sending(content: bytes, length: int | None = None) -> Answer:
    """Answer with a content, and claim a length that may be another one."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(content) if length is None else length))
        request.end_headers()
        request.wfile.write(content)

    return answer


def refusal(known: tuple, **options: float) -> str:
    with pytest.raises(EnvironmentLacksError) as caught:
        fetch("vgg19", catalogue=known, **options)
    return str(caught.value)


def left(weights_dir) -> list[str]:
    return sorted(path.name for path in weights_dir.iterdir()) if weights_dir.exists() else []


def test_fetched_weights_are_checked_and_then_in_the_cache(serve, weights_dir, vgg):
    known, seen = serve(sending(vgg)), []
    path = fetch("vgg19", lambda done, total: seen.append((done, total)), catalogue=known)
    assert path == weights_dir / known[0].file_name
    assert path.read_bytes() == vgg
    assert seen[-1] == (len(vgg), len(vgg))
    assert require("vgg19", "torchvision", known) == path


def test_weights_that_are_here_are_not_fetched_again(serve, weights_dir, vgg):
    asked = []
    known = serve(lambda request: (asked.append(1), sending(vgg)(request)))
    assert fetch("vgg19", catalogue=known) == fetch("vgg19", catalogue=known)
    assert len(asked) == 1
    assert fetch("lite", catalogue=(LITE,)).name == "lite.safetensors"


def test_a_damaged_file_is_fetched_anew(serve, weights_dir, vgg):
    known = serve(sending(vgg))
    weights_dir.mkdir()
    (weights_dir / known[0].file_name).write_bytes(b"half")
    assert fetch("vgg19", catalogue=known).read_bytes() == vgg


def test_a_server_that_sends_something_else_is_not_believed(serve, weights_dir):
    said = refusal(serve(sending(b"<html>please log in</html>")))
    assert "what came is not the weights of vgg19: its SHA-256 begins with" in said
    assert "`stylepipe weights import FILE`" in said
    assert left(weights_dir) == []


def test_a_connection_that_breaks_off_leaves_nothing(serve, weights_dir, vgg):
    said = refusal(serve(sending(vgg[:300_000], length=len(vgg))))
    assert f"the connection broke off after 300000 of {len(vgg)} bytes" in said
    assert left(weights_dir) == []


def test_a_server_without_an_end_is_cut_off(serve, weights_dir):
    def endless(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            while True:
                request.wfile.write(bytes(1 << 16))
        except ConnectionError:
            pass

    assert "the server sends more than the 1 MiB expected" in refusal(serve(endless))
    assert left(weights_dir) == []


def test_a_server_that_falls_silent_is_given_up(serve, weights_dir, vgg):
    done = Event()

    def silent(request: BaseHTTPRequestHandler) -> None:
        sending(vgg[:1000], length=len(vgg))(request)
        done.wait(10)

    assert "timed out" in refusal(serve(silent), timeout=0.2)
    done.set()
    assert left(weights_dir) == []


def test_a_server_that_says_no_is_quoted_with_the_ways_out(serve, weights_dir):
    said = refusal(serve(lambda request: request.send_error(404)))
    assert "/vgg19.pth: cannot be downloaded: Not Found; check the network and try again, bring them" in said
    assert "`backbone: lite`" in said
    assert left(weights_dir) == []


def test_a_machine_without_network_is_told_the_ways_out(catalogue, weights_dir):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: whoever connects is refused
        port = unused.getsockname()[1]
        said = refusal((replace(catalogue[0], url=f"http://127.0.0.1:{port}/vgg19.pth"), catalogue[1]))
    assert "cannot be downloaded: [Errno 111] Connection refused" in said
    assert "`stylepipe weights import FILE`" in said


def test_only_http_is_fetched_even_after_a_redirect(serve, catalogue, weights_dir, tmp_path):
    def elsewhere(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", "ftp://127.0.0.1/vgg19.pth")
        request.end_headers()

    assert "cannot be downloaded: unknown url type: ftp" in refusal(serve(elsewhere))
    (tmp_path / "local.pth").write_bytes(b"local")
    said = refusal((replace(catalogue[0], url=(tmp_path / "local.pth").as_uri()),))
    assert "only http and https addresses are fetched" in said


def test_a_full_disk_is_told_from_a_broken_network(serve, weights_dir, vgg):
    weights_dir.write_text("a file")
    with pytest.raises(OutputError, match="a part of its path is a file, not a folder"):
        fetch("vgg19", catalogue=serve(sending(vgg)))


def test_what_a_killed_download_left_is_swept(serve, weights_dir, vgg):
    weights_dir.mkdir()
    (weights_dir / ".stylepipe-0123456789abcdef.pth").write_bytes(b"half")
    path = fetch("vgg19", catalogue=serve(sending(vgg)))
    assert [name for name in left(weights_dir) if name != "hashes.json"] == [path.name]


def test_an_unknown_name_is_refused(catalogue):
    with pytest.raises(UsageError, match="vgg18: no weights of that name; did you mean vgg19"):
        fetch("vgg18", catalogue=catalogue)


def test_a_file_brought_along_is_recognised_whatever_it_is_called(tmp_path, weights_dir, catalogue, vgg):
    (tmp_path / "from the office.bin").write_bytes(vgg)
    path = import_file(tmp_path / "from the office.bin", catalogue=catalogue)
    assert path == weights_dir / catalogue[0].file_name
    assert path.read_bytes() == vgg
    assert require("vgg19", "torchvision", catalogue) == path
    assert import_file(path, catalogue=catalogue) == path


def test_an_unknown_file_is_refused_with_what_is_known(tmp_path, weights_dir, catalogue):
    (tmp_path / "a.pth").write_bytes(b"mine")
    with pytest.raises(EnvironmentLacksError) as caught:
        import_file(tmp_path / "a.pth", catalogue=catalogue)
    assert f"begins with {hashlib.sha256(b'mine').hexdigest()[:8]}, known are vgg19 (" in str(caught.value)
    assert "`weights: PATH`" in str(caught.value)


def test_a_file_that_is_not_there_cannot_be_imported(tmp_path, weights_dir, catalogue):
    with pytest.raises(EnvironmentLacksError, match="there is no such file to import"):
        import_file(tmp_path / "missing.pth", catalogue=catalogue)
