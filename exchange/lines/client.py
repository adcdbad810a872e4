"""The agents' line: a softphone with a Twilio access token is rung as client:NAME; a newer one takes its place."""

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from aiohttp import WSCloseCode, web

from exchange.access_token import Grant, TokenRefused, verify
from exchange.legs import Line
from exchange.lines.dead import DeadLine
from exchange.lines.phone import open_socket
from exchange.lines.socket import Station, StationLine, serve

if TYPE_CHECKING:
    from exchange.exchange import Exchange


class ClientStation(Station):
    """One softphone. Ready to be rung until its token expires, its socket closes or a newer one has come."""

    def __init__(self, exchange: "Exchange", grant: Grant, socket: web.WebSocketResponse) -> None:
        super().__init__(exchange)
        self.grant = grant
        self.socket = socket

    @property
    def address(self) -> str:
        """What <Client> and REST dial."""
        return f"client:{self.grant.identity}"

    @property
    def busy(self) -> bool:
        """Whether a call is under way here."""
        leg = self.line.leg if self.line is not None else None
        return leg is not None and not leg.status.final

    def message(self, text: str) -> None:
        """As a phone's, but the softphone is who its token says, and calls only the application in its token."""
        match _decoded(text):
            case {"type": "register"}:
                self.tell({"type": "error", "message": "a client is registered by its token"})
            case {"type": "dial", **rest}:
                given = rest.get("parameters")
                self._call_out(
                    {str(key): str(value) for key, value in given.items()} if isinstance(given, dict) else {}
                )
            case _:
                super().message(text)

    def step_back(self) -> None:
        """A newer softphone of the same name rings from now on; a call under way here goes on to its end."""
        self._unregister()
        if self.busy:
            self.tell({"type": "replaced", "identity": self.grant.identity})

    def _new_line(self) -> Line:
        """The line for a call; none any more when the token has expired."""
        if self.exchange.clock.now().timestamp() >= self.grant.expires:
            self._unregister()
            self.tell({"type": "unregistered", "reason": "the token has expired"})
            return DeadLine()
        return super()._new_line()

    def _unregister(self) -> None:
        for address in self._addresses:
            self.exchange.directory.unregister(address, self._new_line)

    def _call_out(self, parameters: dict[str, object]) -> None:
        application = self.grant.application_sid
        if not application or self.busy:
            why = "a call is under way; hang up first" if self.busy else "the token does not allow calls out"
            self.tell({"type": "error", "message": why})
            return
        line = StationLine(self)
        self.take(line)
        given = {str(key): str(value) for key, value in parameters.items()}
        params = {"ApplicationSid": application, **self.grant.parameters, **given}
        self.exchange.arrive(line, to=f"app:{application}", from_=self.address, params=tuple(params.items()))


class Clients:
    """The softphones that are rung now, by identity."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self._stations: dict[str, ClientStation] = {}

    async def close(self) -> None:
        """The sockets are the web server's."""

    async def register(self, station: ClientStation) -> None:
        """Ring here from now on; the one before steps back, and is closed unless it is in a call."""
        identity = station.grant.identity
        older = self._stations.get(identity)
        if older is not None:
            older.step_back()
        self._stations[identity] = station
        if station.grant.incoming:
            station.register(station.address)
        station.tell({"type": "registered", "identity": identity})
        if older is not None and not older.busy:
            with suppress(ConnectionError):
                await older.socket.send_json({"type": "replaced", "identity": identity})
            await older.socket.close(code=WSCloseCode.GOING_AWAY, message=b"replaced by a newer client")

    def forget(self, station: ClientStation) -> None:
        """The socket is closed."""
        if self._stations.get(station.grant.identity) is station:
            del self._stations[station.grant.identity]


def add_client_line(app: web.Application, exchange: "Exchange") -> None:
    """Serve /lines/client, with the token in its query."""

    async def client(request: web.Request) -> web.WebSocketResponse:
        socket = open_socket()
        await socket.prepare(request)
        config = exchange.config
        try:
            grant = verify(
                request.query.get("token", ""),
                account_sid=config.account_sid,
                api_key_sid=config.api_key_sid,
                api_key_secret=config.api_key_secret,
                clock=exchange.clock,
            )
        except TokenRefused as refused:
            exchange.log.warning(refused.code, f"client: {refused}", url=request.path)
            await socket.send_json({"type": "error", "code": refused.code, "message": str(refused)})
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=str(refused).encode()[:120])
            return socket
        station, clients = ClientStation(exchange, grant, socket), exchange.part(Clients)
        await clients.register(station)
        try:
            await serve(station, socket)
        finally:
            clients.forget(station)
        return socket

    app.router.add_get("/lines/client", client)


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
