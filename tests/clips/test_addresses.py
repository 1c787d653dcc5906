"""Files are painted, and nothing that a file or a name leads to: nobody is called, nothing else is opened."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ..cli.conftest import Stylepipe
from ..conftest import Canary
from .conftest import Render


def playlists(address: str, secret: Path) -> dict[str, str]:
    """Give texts that players take for a film which lies elsewhere."""
    hls = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n"
    return {
        "hls": hls.format(f"{address}/a.ts"),
        "hls of a file": hls.format(secret),
        "ffconcat": f"ffconcat version 1.0\nfile {address}/a.mp4\n",
        "ffconcat of a file": f"ffconcat version 1.0\nfile {secret}\n",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
        "dash": f'<?xml version="1.0"?><MPD><BaseURL>{address}/</BaseURL></MPD>',
    }


@pytest.mark.parametrize("reader", ["auto", "opencv", "ffmpeg"])
def test_a_playlist_is_refused_under_any_name_and_nobody_is_called(
    render: Render, encode: Callable[..., Path], moving: np.ndarray, tmp_path: Path, canary: Canary, reader: str
) -> None:
    texts = playlists(canary.address, encode("secret.mp4", moving))
    texts |= {f"{name} behind a box": "\0\0\0\x08ftyp" + text for name, text in list(texts.items())}
    for name, text in texts.items():
        for ending in ("mp4", "mkv"):
            path = tmp_path / f"{name}.{ending}"
            path.write_text(text)
            answer = render(path, "out.mp4", "--set", f"video.reader={reader}")
            assert answer.code == 3, (name, answer.err)
            assert answer.err.count("\n") == 1
    assert canary.asked == []
    assert not Path("out.mp4").exists()


def test_an_address_is_refused_and_nobody_is_called(
    render: Render, stylepipe: Stylepipe, art: Path, encode: Callable[..., Path], moving: np.ndarray, canary: Canary
) -> None:
    secret = encode("secret.mp4", moving)
    addresses = (
        f"{canary.address}/a.mp4",
        f"concat:{secret}|{secret}",
        f"subfile,,start,0,end,99,,:{secret}",
        f"{canary.address}/a.m3u8",
        "rtsp://127.0.0.1/a.mp4",
        "data:video/mp4;base64,AAAA",
    )
    for address in addresses:
        answer = render(address, "out.mp4")
        assert answer.code == 2, (address, answer.err)
        Path("job.yaml").write_text(f"jobs:\n  - {{contents: '{address}', styles: '{art}'}}\n")
        answer = stylepipe("run", "job.yaml")
        assert answer.code == 2, (address, answer.err)
        assert "job.yaml:2:" in answer.err
    answer = stylepipe("render", "-s", f"{canary.address}/a.png", "-o", "out.mp4", secret)
    assert answer.code == 2
    assert canary.asked == []
    assert not Path("out.mp4").exists()
