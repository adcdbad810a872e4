"""One choice of a menu, or one thing that works at every menu."""

from typing import Any

from pydantic import Field, model_validator

from call_flows.slots import phrases_in
from call_flows.strict import Strict
from call_flows.values import Key, NodeName, refuse


class Option(Strict):
    """One choice: a key, phrases, or both."""

    press: Key | None = Field(None, description="The key for it.")
    says: list[str] | dict[str, list[str]] = Field(
        default_factory=list, description="Phrases for it; a mapping of languages to phrases where they differ."
    )
    next: NodeName = Field(description="Where it leads.")

    @model_validator(mode="before")
    @classmethod
    def _one_phrase(cls, data: Any) -> Any:
        """One phrase need not be a list."""
        if isinstance(data, dict) and isinstance(data.get("says"), str):
            return {**data, "says": [data["says"]]}
        return data

    @model_validator(mode="after")
    def _can_be_chosen(self) -> "Option":
        if self.press is None and not self.says:
            raise refuse("E011", "The option has neither a key nor a phrase.", word="press", todo='Write press: "1".')
        return self

    def phrases(self, language: str) -> list[str]:
        """What may be said for it in a language; phrases without a language serve in all."""
        return phrases_in(self.says, language)
