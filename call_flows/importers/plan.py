"""What the site around the flows will need: queues, agents, languages, countries, and why."""

from dataclasses import dataclass, field
from typing import Any

from call_flows.importers.naming import Names
from call_flows.importers.writing import Inline, site_text
from foundation.phone import NumberRefused, dialable


@dataclass(slots=True)
class SitePlan:
    """Grows while flows are made, and is written at the end."""

    name: str
    timezone: str = "UTC"
    languages: list[str] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    queues: dict[str, dict[str, Any]] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    agents: list[str] = field(default_factory=list)
    countries: list[str] = field(default_factory=lambda: ["US"])
    notes: list[str] = field(default_factory=list)
    _names: Names = field(default_factory=Names)

    def language(self, tag: str) -> str:
        """Take a language in."""
        if tag not in self.languages:
            self.languages.append(tag)
        return tag

    def queue(self, key: str, wish: str, **settings: Any) -> str:
        """The queue that stands for a queue or a workflow of theirs."""
        name = self._names.name(key, wish)
        found = self.queues.setdefault(name, {"rings": [Inline({"after": "0s", "needs": Inline({name: 1})})]})
        found.update({setting: value for setting, value in settings.items() if value is not None})
        return name

    def service(self, key: str, address: str) -> str:
        """The service of the site that stands for an address in a variable of theirs."""
        name = self._names.name(("service", key), key)
        self.services[name] = address.rstrip("/")
        return name

    def agent(self, identity: str) -> str:
        """The login of an agent whom a flow connects directly."""
        login = "".join(char if char.isalnum() or char in "._-" else "-" for char in identity.lower())[:40].strip("._-")
        login = login or "agent"
        if login not in self.agents:
            self.agents.append(login)
        return login

    def dialable(self, number: str) -> bool:
        """Whether a fixed number can be dialled; its country is taken in."""
        try:
            if number.startswith("+"):
                self._take_in(number)
            dialable(number, countries=self.countries)
        except NumberRefused:
            return False
        return True

    def _take_in(self, number: str) -> None:
        import phonenumbers

        try:
            country = phonenumbers.region_code_for_number(phonenumbers.parse(number))
        except phonenumbers.NumberParseException:
            return
        if country and country not in self.countries:
            self.countries.append(country)

    def text(self, comment: list[str]) -> str:
        """site.yaml."""
        site: dict[str, Any] = {"site": self.name, "timezone": self.timezone, "languages": self.languages or ["en-US"]}
        if self.numbers:
            site["numbers"] = dict(self.numbers)
        skills = list(self.queues)
        if self.agents:
            levels = dict.fromkeys(skills, 5)
            site["agents"] = [
                Inline({"name": login, "login": login, "skills": Inline(levels)}) for login in self.agents
            ]
        if self.queues:
            site["skills"] = skills
            site["queues"] = self.queues
        if self.services:
            site["services"] = dict(self.services)
        site["dialing"] = Inline({"countries": self.countries})
        return site_text(site, comment)
