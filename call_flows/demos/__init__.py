"""The web services that the shipped sites ask: small, on this machine only, for demonstrations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

HOST: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Demo:
    """One service: the name under which sites ask it, where it listens, and a path to try."""

    name: str
    port: int
    sample: str

    @property
    def address(self) -> str:
        """Where it listens unless told otherwise: as in the shipped site.yaml."""
        return f"http://{HOST}:{self.port}"

    @property
    def place(self) -> str:
        """Host and port."""
        return urlsplit(self.address).netloc


DEMOS: Final[Mapping[str, Demo]] = {
    demo.name: demo
    for demo in (
        Demo("bank", 8099, "/accounts/12345678"),
        Demo("clinic", 8098, "/free"),
        Demo("grid", 8097, "/outages/20001"),
    )
}


def demos_of(services: Mapping[str, str]) -> list[Demo]:
    """The demos that a site asks: services whose name and address are still those of the shipped site.

    A copy of a shipped site has them too, until it names a service of its own.
    """
    return [demo for name, demo in DEMOS.items() if services.get(name) == demo.address]
