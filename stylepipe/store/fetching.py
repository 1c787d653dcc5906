"""Bringing weights files into the cache, from the network or from another machine: checked first, then in place."""

from __future__ import annotations

import hashlib
import http.client
import os
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stylepipe.errors import EnvironmentLacksError
from stylepipe.store.atomic import replacing, sweep_leftovers
from stylepipe.store.weights import (
    CATALOGUE,
    WITHOUT_NETWORK,
    Weights,
    cache_dir,
    entry_named,
    known_by,
    require,
    sha256_of_weights,
)

Progress = Callable[[int, int | None], None]
"""Told the bytes so far, and of how many, when the server says."""

_PIECE = 1 << 20
_TOO_LARGE = 2.0
"""A server that sends this many times the expected size sends something else, without end perhaps."""


def fetch(
    name: str,
    on_progress: Progress | None = None,
    *,
    timeout: float = 30.0,
    catalogue: Sequence[Weights] = CATALOGUE,
) -> Path:
    """Download a known weights file into the cache, unless a good copy is on this machine; give where it lies.

    timeout: seconds of silence after which the server counts as gone.
    Raises UsageError for an unknown name, EnvironmentLacksError when the network fails or sends something else (the
    half file is removed), OutputError when the disk refuses.
    """
    entry = entry_named(name, catalogue)
    try:
        return require(entry.backbone, entry.source, catalogue)
    except EnvironmentLacksError:
        if entry.url is None:  # the package itself is damaged
            raise
    target = cache_dir() / entry.file_name
    sweep_leftovers(target.parent)  # half a gigabyte each, when an earlier download was killed
    with closing(_download(entry, entry.url, on_progress or _silent, timeout)) as pieces:
        _store(pieces, target, entry, origin=entry.url)
    return target


def import_file(path: Path, *, catalogue: Sequence[Weights] = CATALOGUE) -> Path:
    """Copy a weights file that was brought along into the cache; give where it lies there.

    It is recognised by its SHA-256, whatever it is called.
    Raises EnvironmentLacksError for a file that is missing or none of the known ones.
    """
    if not os.path.isfile(path):
        raise EnvironmentLacksError(f"{path}: there is no such file to import")
    sha256 = sha256_of_weights(path)
    entry = known_by(sha256, catalogue)
    if entry is None:
        known = ", ".join(f"{each.name} ({each.sha256[:8]})" for each in catalogue)
        raise EnvironmentLacksError(
            f"{path}: is none of the known weights: its SHA-256 begins with {sha256[:8]}, known are {known}; "
            "bring it again if it was damaged on the way, or use a file of your own with `weights: PATH`"
        )
    target = cache_dir() / entry.file_name
    with path.open("rb") as file:
        _store(iter(lambda: file.read(_PIECE), b""), target, entry, origin=str(path))
    return target


def _store(pieces: Iterable[bytes], target: Path, entry: Weights, *, origin: str) -> None:
    """Write the pieces, and let them take the target's place only when they are the known file."""
    digest = hashlib.sha256()
    with replacing(target) as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
        if not digest.hexdigest().startswith(entry.sha256):
            raise EnvironmentLacksError(
                f"{origin}: what came is not the weights of {entry.name}: its SHA-256 begins with "
                f"{digest.hexdigest()[:8]}, not {entry.sha256[:8]}; try again, {WITHOUT_NETWORK}"
            )


def _download(entry: Weights, url: str, on_progress: Progress, timeout: float) -> Generator[bytes, None, None]:
    """Give the pieces of a file on a server; whatever the network does is said as EnvironmentLacksError."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise EnvironmentLacksError(f"{url}: only http and https addresses are fetched")
    request = urllib.request.Request(url, headers={"User-Agent": "stylepipe"})
    try:
        with _opener().open(request, timeout=timeout) as answer:
            yield from _pieces(answer, entry, on_progress)
    except (OSError, http.client.HTTPException) as error:
        if isinstance(error, urllib.error.HTTPError):
            error.close()  # it is the server's answer as well, and holds the connection
        reason = getattr(error, "reason", None) or str(error) or type(error).__name__
        raise EnvironmentLacksError(
            f"{url}: cannot be downloaded: {reason}; check the network and try again, {WITHOUT_NETWORK}"
        ) from error


def _pieces(answer: Any, entry: Weights, on_progress: Progress) -> Iterator[bytes]:
    length = answer.headers.get("Content-Length", "")
    total = int(length) if length.isdigit() else None
    done = 0
    while piece := answer.read(_PIECE):
        done += len(piece)
        if done > entry.mebibytes * _TOO_LARGE * 2**20:
            raise OSError(f"the server sends more than the {entry.mebibytes:g} MiB expected")
        yield piece
        on_progress(done, total)
    if total is not None and done < total:  # http.client reports this only when everything is read at once
        raise OSError(f"the connection broke off after {done} of {total} bytes")


def _opener() -> urllib.request.OpenerDirector:
    """Open http and https only: urllib's own opener would follow a redirect to ftp as well."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _silent(_done: int, _total: int | None) -> None:
    """Report to nobody."""
