"""The appointment book that the clinic's site asks: who is a patient, when there is a free time, what is booked."""

from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from itertools import count
from typing import Final
from zoneinfo import ZoneInfo

from call_flows.demos.serving import MISSING, REFUSED, Answer, Asked
from foundation.clock import Clock

ZONE: Final = ZoneInfo("America/New_York")
PATIENTS: Final[dict[str, dict[str, str]]] = {
    "sam": {"name": "Sam Carter", "phone": "+12025550142", "born": "1984-03-05", "language": "en"},
    "maria": {"name": "Maria Lopez", "phone": "+12025550143", "born": "1990-11-23", "language": "es"},
}
"""The patients, by the clinic's own name for each."""
TIMES: Final = tuple(time(hour, minute) for hour in (9, 10, 11, 14, 15, 16) for minute in (0, 30))
FARTHEST: Final = timedelta(days=120)
_TAKEN: Final = 3
"""Of the times of a day, each third belongs to somebody else."""
_WEEKEND: Final = 5
_EARLIEST: Final = 7
"""Nobody comes before seven: half past two is in the afternoon."""
_TEXTS: Final = {
    "en": "Riverside Clinic: your appointment is on {day}, at {time}. To keep, move or cancel it, call +12025550112.",
    "es": "Clínica Riverside: su cita es el {day} a las {time}. Para confirmarla o cambiarla, llame al +12025550112.",
}


class Clinic:
    """Answers for patients, free times and appointments. It keeps them in memory: a restart is a clean book."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._numbers = count(1)
        self._booked: dict[str, tuple[str, datetime]] = {}
        self._book("sam", self._free(self._now() + timedelta(days=2)) or self._now())

    def answer(self, asked: Asked) -> Answer:
        """One request to the book."""
        match asked.method, asked.path:
            case "POST", ("patients", "find"):
                return self._patient(asked.body.get("phone", ""), asked.body.get("born", ""))
            case "POST", ("appointments",):
                return self._make(asked)
            case "PUT", ("appointments", number):
                return self._move(number, asked)
            case "DELETE", ("appointments", number):
                return MISSING if self._booked.pop(number, None) is None else (HTTPStatus.OK, {"cancelled": number})
        return self._tell(asked) if asked.method == "GET" else MISSING

    def _tell(self, asked: Asked) -> Answer:
        match asked.path:
            case ("patients", patient, "appointment"):
                return self._next_of(patient)
            case ("free",):
                return self._offer(asked)
            case ("reminders",):
                return self._reminders(asked.query.get("day", ""))
        return MISSING

    def _now(self) -> datetime:
        return self._clock.now().astimezone(ZONE).replace(tzinfo=None)

    def _patient(self, phone: str, born: str) -> Answer:
        for patient, known in PATIENTS.items():
            if (known["phone"], known["born"]) == (phone, born):
                return HTTPStatus.OK, {"patient": patient, "name": known["name"]}
        return MISSING

    def _next_of(self, patient: str) -> Answer:
        coming = [(at, number) for number, (who, at) in self._booked.items() if who == patient and at > self._now()]
        return _written(*min(coming)) if coming else MISSING

    def _offer(self, asked: Asked) -> Answer:
        wanted = _moment(asked.query.get("day", ""), asked.query.get("time", "00:00"), self._now())
        if wanted is None:
            return REFUSED
        found = self._free(wanted + timedelta(minutes=1) if "later" in asked.query else wanted)
        return MISSING if found is None else _written(found)

    def _make(self, asked: Asked) -> Answer:
        at = _moment(asked.body.get("day", ""), asked.body.get("time", ""), self._now())
        patient = asked.body.get("patient", "")
        if at is None or patient not in PATIENTS:
            return REFUSED
        if not self._is_free(at):
            return HTTPStatus.CONFLICT, {"error": "That time is taken."}
        return _written(at, self._book(patient, at), HTTPStatus.CREATED)

    def _move(self, number: str, asked: Asked) -> Answer:
        at = _moment(asked.body.get("day", ""), asked.body.get("time", ""), self._now())
        if number not in self._booked:
            return MISSING
        if at is None or not self._is_free(at):
            return HTTPStatus.CONFLICT, {"error": "That time is taken."}
        self._booked[number] = (self._booked[number][0], at)
        return _written(at, number)

    def _reminders(self, day: str) -> Answer:
        wanted = day or (self._now().date() + timedelta(days=1)).isoformat()
        found = []
        for patient, at in self._booked.values():
            if at.date().isoformat() == wanted:
                known = PATIENTS[patient]
                text = _TEXTS[known["language"]].format(day=f"{at:%Y-%m-%d}", time=f"{at:%H:%M}")
                found.append({"to": known["phone"], "text": text})
        return HTTPStatus.OK, {"reminders": found}

    def _book(self, patient: str, at: datetime) -> str:
        number = str(1000 + next(self._numbers))
        self._booked[number] = (patient, at)
        return number

    def _free(self, wanted: datetime) -> datetime | None:
        """The first free time from a moment on."""
        start = max(wanted, self._now() + timedelta(hours=1))
        for ahead in range(FARTHEST.days):
            for clock in TIMES:
                at = datetime.combine(start.date() + timedelta(days=ahead), clock)
                if at >= start and self._is_free(at):
                    return at
        return None

    def _is_free(self, at: datetime) -> bool:
        if at.date().weekday() >= _WEEKEND or at.time() not in TIMES or at <= self._now():
            return False
        somebodys = (at.date().toordinal() + TIMES.index(at.time())) % _TAKEN == 0
        return not somebodys and all(at != other for _patient, other in self._booked.values())


def _moment(day: str, clock: str, now: datetime) -> datetime | None:
    """A day and a time; today when no day is said."""
    try:
        at = datetime.combine(date.fromisoformat(day) if day else now.date(), time.fromisoformat(clock))
    except ValueError:
        return None
    return at + timedelta(hours=12) if clock and 0 < at.hour < _EARLIEST else at


def _written(at: datetime, number: str = "", status: HTTPStatus = HTTPStatus.OK) -> Answer:
    told = {"day": at.date().isoformat(), "time": at.time().isoformat("minutes")}
    return status, {**({"appointment": number} if number else {}), **told}
