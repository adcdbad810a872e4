"""Callbacks to the end of the line: routing, webhooks, the real twilio client, the real exchange with its ears open.

The agent's softphone and the customer's telephone are scripted; sound is real where it decides: greeting and tone.
"""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from callbacks.jobs import fire_due
from callbacks.listening import listen
from callbacks.policy import First
from callbacks.promises import DialAttempt, Promise
from exchange.lines.inside import ScriptedPhone
from exchange.sound import Sound, silence
from exchange.speech.tones import beep
from exchange.twins import words_as_sound
from foundation.calls import Call
from ivr.callback_dialer import CarrierDialer
from ivr.callback_legs import CallbackLegs
from ivr.connect import Connections
from routing.agents import Agent
from routing.news import ReservationAccepted, ReservationEnded
from routing.reservations import Reservation
from tests.ivr.conftest import CALLER, DIALLED, rows
from tests.ivr.test_on_the_exchange import joined  # noqa: F401 - a fixture

NODES = "  go: {say: Hello., next: bye}\n"
GREETING = "you have reached the voicemail of somebody who is not at home now"
MESSAGE = "Northwind Bank called you back."


class Scene:
    """An agent at a desk and a customer who is owed a callback, on one exchange."""

    def __init__(self, house, clock, **plan):
        self.house, self.deps, self.clock = house, house.deps, clock
        listen(self.deps.bus, self.deps.callbacks)
        connections = Connections(self.deps, CallbackLegs(self.deps))
        self.deps.bus.subscribe(ReservationAccepted, connections.bring_together)
        self.deps.bus.subscribe(ReservationEnded, connections.reservation_ended)
        policy = self.deps.callbacks.policy.current
        plans = {"billing": replace(policy.plan("billing"), is_open=None, **plan)}
        self.deps.callbacks.policy.replace(replace(policy, quiet=None, plans=plans))
        self.phone = ScriptedPhone(house.exchange, CALLER, listens=True)
        self.desk = ScriptedPhone(house.exchange, "client:ana")

    async def does(self, work):
        """Something of the app's, in a thread; virtual time waits for it."""
        with self.house.exchange.clock.working():
            return await asyncio.to_thread(work)

    async def owes(self):
        """A callback whose time has come, and a free agent."""

        def promise():
            with self.deps.db.begin() as session:
                self.deps.callbacks.promise(
                    session, call_id=None, number=CALLER, queue="billing", needs={}, line=DIALLED
                )
            self.clock.advance(20)
            self.deps.routing.agents.sign_in("ana")
            self.deps.routing.agents.set_available("ana")

        await self.does(promise)
        await self.ticks()

    async def ticks(self):
        await self.does(lambda: fire_due(self.deps.callbacks, CarrierDialer(self.deps)))

    async def accepts(self):
        def accept():
            (held,) = [row for row in rows(self.deps, Reservation) if row.state == "pending"]
            self.deps.routing.accept(held.id, "ana")

        await self.does(accept)
        agent = await self.desk.rings()
        agent.accepts()
        return agent

    def state(self):
        return rows(self.deps, Promise)[0].state


@pytest.fixture
def play(joined, clock):  # noqa: F811 - the fixture
    def run(scenario, **plan):
        return joined(NODES, lambda house: scenario(Scene(house, clock, **plan)))

    return run


def test_agent_first_and_a_person_who_presses_1(play):
    async def scenario(scene):
        await scene.owes()
        agent = await scene.accepts()
        customer = await scene.phone.rings()
        customer.accepts()
        await customer.hears("Press 1 to be connected")
        await customer.presses("1")
        await scene.house.settle(3)
        together = scene.state()
        customer.hangs_up()
        await agent.ended()
        await scene.house.settle()
        return together, scene.state(), rows(scene.deps, DialAttempt)[0].result

    assert play(scenario) == ("talking", "kept", "answered")


def test_a_machine_is_known_by_its_greeting_and_told_the_message_after_its_tone(play):
    """Its greeting is longer than a person's; the agent is free while the message is spoken, after the tone."""

    async def scenario(scene):
        await scene.owes()
        agent = await scene.accepts()
        machine = await scene.phone.rings()
        machine.accepts()
        greeting = words_as_sound(GREETING)
        await machine.plays(Sound(silence(0.6).ulaw + greeting.ulaw + silence(0.4).ulaw + beep()))
        told = await machine.hears("called you back")
        status = await agent.ended()
        await machine.ended()
        await scene.house.settle()
        (attempt,) = rows(scene.deps, DialAttempt)
        return told, status, attempt.result, scene.state(), rows(scene.deps, Agent)[0].state

    told, status, result, state, agent = play(scenario, voicemail={"en-US": MESSAGE})
    assert (told, status, result, state, agent) == (MESSAGE, "completed", "machine", "scheduled", "available")


def test_customer_first_hears_music_and_then_the_agent(play):
    async def scenario(scene):
        await scene.owes()
        customer = await scene.phone.rings()
        customer.accepts()
        await customer.hears("Press 1")
        await customer.plays(words_as_sound("hello"))
        await customer.presses("1")
        await customer.hears("An agent will be with you")
        held = scene.state()
        agent = await scene.accepts()
        await scene.house.settle(4)
        with scene.deps.db.begin() as session:
            (call,) = session.scalars(select(Call))
        talking = scene.state()
        agent.hangs_up()
        await customer.ended()
        await scene.house.settle()
        return held, talking, scene.state(), call.direction

    assert play(scenario, first=First.CUSTOMER) == ("holding", "talking", "kept", "outbound")


def test_customer_first_and_no_agent_keeps_the_front_place(play):
    async def scenario(scene):
        await scene.owes()
        customer = await scene.phone.rings()
        customer.accepts()
        await customer.hears("Press 1")
        await scene.does(lambda: scene.deps.routing.agents.set_not_ready("ana", "Break"))
        await customer.presses("1")
        await customer.hears("An agent will be with you")
        scene.clock.advance(60)
        await scene.ticks()
        await customer.hears("front of the line")
        await customer.ended()
        await scene.house.settle()
        return scene.state()

    assert play(scenario, first=First.CUSTOMER) == "due"
