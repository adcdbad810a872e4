"""Where the house is put together: the only file that knows everybody, and says who listens to what."""

from dataclasses import dataclass

from call_flows.site import Queue, Site
from callbacks import listening
from callbacks.jobs import nudge
from callbacks.news import PromiseMoved
from callbacks.promises import PromiseState
from callbacks.service import CallbackService
from callbacks.site_policy import policy_of
from console.telling import Teller
from foundation.clock import Clock, SystemClock
from foundation.db import Database
from foundation.events import Bus
from foundation.ids import IdSource, RandomIds
from foundation.jobs import RqJobs
from foundation.live import RedisLive
from foundation.redis import Keys, RedisClient, connect
from foundation.settings import Settings
from ivr.callback_legs import CallbackLegs
from ivr.connect import Connections
from ivr.deps import IvrDeps
from ivr.fetch import Fetcher
from ivr.recording_alarm import RecordingAlarm
from ivr.secrets import secrets_of
from ivr.sites import SiteShelf
from ivr.take_out import QueueExit
from ivr.tokens import RedisTokens
from ivr.twilio_rest import TwilioCarrier
from recordings.keeping import store_of
from recordings.news import RecordingFailed
from recordings.store import RecordingStore
from routing.config import Overflow, QueueConfig, ServiceLevel, WrapUp, WrapUpMode
from routing.estimates import EwtRules
from routing.match import AgentChoice, Ring
from routing.news import EntryTakenOut, ReservationAccepted, ReservationEnded
from routing.service import RoutingService
from routing.waitlist import Discipline, Disciplines
from routing.waitlist_redis import RedisWaitlist


@dataclass(frozen=True, slots=True)
class Runtime:
    """One process's share of the house, put together."""

    parts: IvrDeps
    redis: RedisClient
    keys: Keys
    recordings: RecordingStore

    def follow_site(self) -> None:
        """Let routing and callbacks work by the site that runs now, and by what a version on trial adds to it."""
        site = site_that_runs(self.parts.shelf)
        self.parts.routing.queues.replace(queue_configs(site), disciplines=disciplines_of(site))
        self.parts.routing.contact.expect_within(float(site.no_contact_after))
        self.parts.callbacks.policy.replace(policy_of(site))

    def close(self) -> None:
        """Give back what was opened."""
        self.redis.close()
        self.parts.db.dispose()


def build(settings: Settings, *, clock: Clock | None = None, ids: IdSource | None = None) -> Runtime:
    """Put the parts together. Raises CallwrightError, one sentence, when one of them cannot be used."""
    clock, ids, bus = clock or SystemClock(), ids or RandomIds(), Bus()
    db = Database(settings.database_url)
    db.check()
    shelf = SiteShelf(db, clock)
    site = site_that_runs(shelf)
    redis, keys = connect(settings), Keys(str(site.site))
    waitlist, queues = RedisWaitlist(redis, keys), queue_configs(site)
    routing = RoutingService(db, waitlist, clock, ids, bus, queues, disciplines=disciplines_of(site))
    deps = IvrDeps(
        settings=settings,
        db=db,
        clock=clock,
        ids=ids,
        bus=bus,
        live=RedisLive(redis, keys),
        shelf=shelf,
        carrier=TwilioCarrier(settings),
        routing=routing,
        callbacks=CallbackService(db, clock, ids, bus, policy_of(site), routing),
        jobs=RqJobs(connect(settings, as_bytes=True)),
        tokens=RedisTokens(redis, keys),
        fetcher=Fetcher(clock, secrets=secrets_of(settings)),
    )
    runtime = Runtime(deps, redis, keys, store_of(settings))
    _listen(runtime)
    shelf.when_changed(runtime.follow_site)
    return runtime


def _listen(runtime: Runtime) -> None:
    """Who hears what: routing's news reaches callbacks, then the line, then the screens."""
    listening.listen(runtime.parts.bus, runtime.parts.callbacks)
    connections = Connections(runtime.parts, CallbackLegs(runtime.parts))
    runtime.parts.bus.subscribe(ReservationAccepted, connections.bring_together)
    runtime.parts.bus.subscribe(ReservationEnded, connections.reservation_ended)
    runtime.parts.bus.subscribe(EntryTakenOut, QueueExit(runtime.parts).take_out)
    runtime.parts.bus.subscribe(RecordingFailed, RecordingAlarm(runtime.parts).told)
    runtime.parts.bus.subscribe(PromiseMoved, lambda news: _ask_in_time(runtime.parts, news))
    Teller(runtime.parts.live, runtime.parts.db).listen(runtime.parts.bus)


def _ask_in_time(parts: IvrDeps, news: PromiseMoved) -> None:
    """A callback at a chosen time: a job at that time, which the ticker would otherwise do a moment later."""
    promise = parts.callbacks.get(news.promise_id) if news.state == PromiseState.SCHEDULED else None
    if promise is not None:
        nudge(parts.jobs, promise, parts.clock, job="console.work:fire_callbacks")


def site_that_runs(shelf: SiteShelf) -> Site:
    """The site of most callers, with the queues and hours that only a version on trial has."""
    main, *trial = (shelved.loaded.site for shelved in shelf.running())
    for site in trial:
        added = {"queues": {**site.queues, **main.queues}, "hours": {**site.hours, **main.hours}}
        main = main.model_copy(update=added)
    return main


def queue_configs(site: Site) -> list[QueueConfig]:
    """The site's queues, as routing takes them."""
    return [_queue(str(name), queue) for name, queue in site.queues.items()]


def _queue(name: str, queue: Queue) -> QueueConfig:
    level = queue.service_level
    return QueueConfig(
        name=name,
        rings=tuple(
            Ring(float(ring.after), {str(skill): int(need) for skill, need in ring.needs.items()}, ring.when_waiting)
            for ring in queue.rings
        ),
        service_level=ServiceLevel(float(level.target), float(level.within), float(level.short_abandon)),
        max_wait=_seconds(queue.max_wait),
        max_size=queue.max_size,
        ring_time=float(queue.ring_time),
        ewt=EwtRules(queue.ewt.min_samples, queue.ewt.quiet_when_agents_below),
        wrap_up=WrapUp(WrapUpMode(queue.wrap_up.mode), float(queue.wrap_up.limit), tuple(queue.wrap_up.dispositions)),
        agent_choice=AgentChoice(queue.agent_choice),
        credit=float(queue.credit),
        most_credit=float(queue.most_credit),
        known_agent=_seconds(queue.known_agent),
        known_within=float(queue.known_within),
        resume_within=_seconds(queue.resume_within),
        skip_unstaffed=queue.skip_unstaffed,
        leave_when_nobody=queue.when_nobody == "leave",
        leave_when_empty=queue.leave_when_empty,
        overflow=_overflow(queue),
    )


def _seconds(length: float | None) -> float | None:
    return None if length is None else float(length)


def _overflow(queue: Queue) -> Overflow | None:
    found = queue.overflow
    return None if found is None else Overflow(str(found.to), float(found.after), found.also, found.while_fewer)


def disciplines_of(site: Site) -> Disciplines:
    """Whom a freed agent takes, as routing names it."""
    own = {agent.login: DISCIPLINES[agent.next_caller] for agent in site.agents if agent.next_caller is not None}
    return Disciplines(DISCIPLINES[site.next_caller], own)


DISCIPLINES = {"longest_waiting": Discipline.LONGEST, "innermost": Discipline.INNERMOST}
