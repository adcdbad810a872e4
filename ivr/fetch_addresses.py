"""Which addresses a flow's web request may go to: public ones, and those of services the site itself declares."""

import ipaddress
import socket
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
Resolve = Callable[[str, int], list[str]]
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_V4_BITS = 0xFFFFFFFF
_asking = ThreadPoolExecutor(max_workers=16, thread_name_prefix="look-up")


class FetchRefusedError(Exception):
    """Why a request was not made or its answer not taken: a stable word for the event."""

    def __init__(self, word: str, *, may_pass: bool = False) -> None:
        super().__init__(word)
        self.may_pass = may_pass


def resolve(host: str, port: int) -> list[str]:
    """The addresses a name stands for."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def checked(look_up: Resolve, host: str, port: int, *, trusted: bool, seconds: float) -> str:
    """The address to connect to. Every address of the name must be allowed, for who answers it decides which is taken.

    Raises FetchRefusedError. A look-up that takes too long goes on by itself, and nobody waits for it.
    """
    try:
        addresses = _asking.submit(look_up, host, port).result(timeout=seconds)
    except TooLate:
        raise FetchRefusedError("timeout", may_pass=True) from None
    if not addresses:
        raise FetchRefusedError("unknown_host")
    if not trusted and not all(_public(address) for address in addresses):
        raise FetchRefusedError("private_address")
    return addresses[0]


def origins(urls: Collection[str]) -> frozenset[str]:
    """The origins of the addresses a site declares as its services."""
    found = set()
    for url in urls:
        parts = urlsplit(url)
        if parts.scheme in PORTS and parts.hostname:
            found.add(origin(parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme]))
    return frozenset(found)


def origin(scheme: str, host: str, port: int) -> str:
    """Scheme, host and port as one word."""
    return f"{scheme}://{host.lower()}:{port}"


def _public(address: str) -> bool:
    number = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(number, ipaddress.IPv6Address):
        inside = number.ipv4_mapped or number.sixtofour or _translated(number)
        if number.teredo is not None:
            return False
        if inside is not None:
            number = inside
    return number.is_global and not number.is_multicast


def _translated(number: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that a NAT64 gateway would go to."""
    if any(number in network for network in _NAT64):
        return ipaddress.IPv4Address(int(number) & _V4_BITS)
    return None
