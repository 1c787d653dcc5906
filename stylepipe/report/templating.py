"""The page's own files: templates that escape whatever is put into them, and the scripts and styles beside them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined


@cache
def asset(name: str) -> str:
    """Read a file of this package; without the map of its source, which a browser's tools would ask for."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8").partition("//# sourceMappingURL=")[0]


def rendered(template: str, **values: object) -> str:
    """Fill a template in; what no UTF-8 can hold, such as bytes of a name that are none, is spelled out."""
    return _templates().get_template(template).render(**values).encode("utf-8", "backslashreplace").decode()


@cache
def _templates() -> Environment:
    return Environment(
        loader=FunctionLoader(lambda name: asset(f"templates/{name}")),
        autoescape=True,  # off by default, and jinja2's select_autoescape goes by suffixes
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
