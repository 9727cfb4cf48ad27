"""A real SMTP server in a thread, which can refuse, break off, and take a mail without saying so."""

import asyncio
import random
import socket
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mail:
    to: list[str]
    message: EmailMessage

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class Mailbox:
    failing: float = 0.0
    refused: frozenset[str] = frozenset()
    pause: float = 0.0  # how long a mail is on the wire
    held: set[str] = field(default_factory=set)  # mails to these stay there until the test lets them go
    mails: list[Mail] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)  # mails that two clients were sending at the same time
    on_the_wire: set[str] = field(default_factory=set)
    taken: threading.Event = field(default_factory=threading.Event)
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    failures: list[str] = field(default_factory=list)

    def fails(self, *ways: str) -> str:
        if self.chance.random() >= self.failing / 2:  # it is asked twice for each mail
            return ""
        self.failures.append(self.chance.choice(ways))
        return self.failures[-1]

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        if how := self.fails("451 try again", "550 refused", "421 closing"):
            return how
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        mail = Mail(envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default))
        if mail.id in self.on_the_wire:
            self.clashes.append(mail.id)
        self.on_the_wire.add(mail.id)
        self.taken.set()
        await asyncio.sleep(self.pause)
        while self.held.intersection(mail.to):
            await asyncio.sleep(0.01)
        self.on_the_wire.discard(mail.id)
        match how := self.fails("452 full", "554 refused", "drop", "drop after taking"):
            case "drop":
                server.transport.abort()
            case "" | "drop after taking":
                self.mails.append(mail)
                if how:
                    server.transport.abort()  # the client cannot know that it was taken
        return how if how[:1].isdigit() else "250 OK"


def serve(mailbox: Mailbox) -> Controller:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    return controller
