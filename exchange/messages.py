"""Text messages: taken from REST, delivered to the phone that reads the number, and told of as Twilio tells."""

import xml.etree.ElementTree as ET
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from exchange.fields import API_VERSION
from exchange.lines.notices import of_message
from exchange.twiml.verb import Ask
from exchange.webhooks import WebhookFailed

if TYPE_CHECKING:
    from exchange.exchange import Exchange

REMEMBERED: Final = 10_000
UNREACHABLE: Final = 30003  # Unreachable destination handset
BAD_DOCUMENT: Final = 12100  # Document parse failure
ON_ITS_WAY: Final = 0.5  # seconds of the clock between one state and the next


class MessageStatus(StrEnum):
    """Status of the Message resource, as far as this exchange goes."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"


@dataclass(slots=True, kw_only=True)
class Message:
    """One message."""

    sid: str
    account_sid: str
    to: str
    from_: str
    body: str
    created: datetime
    updated: datetime
    sent: datetime | None = None
    status: MessageStatus = MessageStatus.QUEUED
    error_code: int | None = None
    callback: str = ""

    @property
    def segments(self) -> int:
        """How many text messages of the old kind it takes: 160 letters of the telephone's alphabet, or 70 others."""
        plain = all(char.isascii() for char in self.body)
        alone, each = (160, 153) if plain else (70, 67)
        return 1 if len(self.body) <= alone else -(-len(self.body) // each)


class MessageDesk:
    """The exchange's part that carries messages."""

    def __init__(self, exchange: "Exchange") -> None:
        self._exchange = exchange
        self.messages: OrderedDict[str, Message] = OrderedDict()

    async def close(self) -> None:
        """What is on its way stays undelivered."""

    def take(self, *, to: str, from_: str, body: str, callback: str) -> Message:
        """Take a message to be delivered."""
        exchange = self._exchange
        now = exchange.clock.now()
        message = Message(
            sid=exchange.ids.new("SM"),
            account_sid=exchange.config.account_sid,
            to=to,
            from_=from_,
            body=body,
            created=now,
            updated=now,
            callback=callback,
        )
        self.messages[message.sid] = message
        while len(self.messages) > REMEMBERED:
            self.messages.popitem(last=False)
        exchange.spawn(self._carry(message))
        return message

    def receive(self, *, from_: str, to: str, body: str) -> str:
        """Somebody writes to one of our numbers: its SMS URL is asked, and what it answers is sent; the SID."""
        sid = self._exchange.ids.new("SM")
        number = self._exchange.config.numbers.get(to)
        if number is not None and number.sms_url:
            self._exchange.spawn(self._ask(number.sms_url, sid, from_, to, body))
        return sid

    async def _ask(self, url: str, sid: str, from_: str, to: str, body: str) -> None:
        account = self._exchange.config.account_sid
        told = {"AccountSid": account, "ApiVersion": API_VERSION, "From": from_, "To": to, "Body": body}
        told |= {"MessageSid": sid, "SmsSid": sid, "SmsMessageSid": sid, "SmsStatus": "received"}
        told |= {"NumMedia": "0", "NumSegments": "1"}
        try:
            answer = await self._exchange.webhooks.ask_aside(Ask(url=url, params=tuple(told.items())))
            replies = [reply.text or "" for reply in ET.fromstring(answer.body).iter("Message")]  # noqa: S314 - the app's own
        except (WebhookFailed, ET.ParseError) as failed:
            self._exchange.log.warning(getattr(failed, "code", BAD_DOCUMENT), str(failed), call_sid="", url=url)
            return
        for reply in replies:
            self.take(to=from_, from_=to, body=reply.strip(), callback="")

    async def _carry(self, message: Message) -> None:
        clock, directory = self._exchange.clock, self._exchange.directory
        await clock.sleep(ON_ITS_WAY)
        message.sent = clock.now()
        self._move(message, MessageStatus.SENT)
        await clock.sleep(ON_ITS_WAY)
        notice = of_message(sid=message.sid, to=message.to, from_=message.from_, text=message.body)
        if directory.deliver(message.to, notice):
            self._move(message, MessageStatus.DELIVERED)
            return
        message.error_code = UNREACHABLE
        self._exchange.log.warning(UNREACHABLE, "nobody reads messages at that number", call_sid="", url="")
        self._move(message, MessageStatus.UNDELIVERED)

    def _move(self, message: Message, status: MessageStatus) -> None:
        message.status, message.updated = status, self._exchange.clock.now()
        if not message.callback:
            return
        told = {
            "AccountSid": message.account_sid,
            "ApiVersion": API_VERSION,
            "From": message.from_,
            "To": message.to,
            "MessageSid": message.sid,
            "MessageStatus": status.value,
            "SmsSid": message.sid,
            "SmsStatus": status.value,
        }
        if message.error_code is not None:
            told["ErrorCode"] = str(message.error_code)
        self._exchange.webhooks.report(None, Ask(url=message.callback, params=tuple(told.items())))
