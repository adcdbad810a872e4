"""Slots: what is learned on a call, typed."""

from typing import Any, Final, Literal

from pydantic import Field, model_validator

from call_flows.notes import Plain
from call_flows.reading import as_number, clean
from call_flows.strict import Strict
from call_flows.values import Key, refuse

SlotType = Literal["digits", "number", "money", "yes_no", "phone", "choice", "date", "time", "text"]
MAX_DIGITS: Final = 32


class ChoiceValue(Strict):
    """One answer of a choice."""

    press: Key | None = Field(None, description="The key for it.")
    says: list[str] = Field(default_factory=list, description="Phrases that mean it, beside its own name.")


class Slot(Strict):
    """A named value of the call. Flows that declare the same name share it."""

    type: SlotType = Field(description="What kind of value.")
    private: bool = Field(False, description="Never spoken, logged, recorded, or sent over an open line.")
    length: int | None = Field(None, ge=1, le=MAX_DIGITS, description="Of digits: exactly so many.")
    min_length: int | None = Field(None, ge=1, le=MAX_DIGITS, description="Of digits: at least so many.")
    max_length: int | None = Field(None, ge=1, le=MAX_DIGITS, description="Of digits: at most so many.")
    min: float | None = Field(None, description="Of a number or money: the least.")
    max: float | None = Field(None, description="Of a number or money: the most.")
    whole: bool = Field(False, description="Of a number: without a fraction.")
    order: Literal["mdy", "dmy", "ymd"] = Field("mdy", description="Of a date: the order in which it is keyed.")
    values: dict[str, ChoiceValue] = Field(default_factory=dict, description="Of a choice: its answers.")

    @model_validator(mode="before")
    @classmethod
    def _listed_values(cls, data: Any) -> Any:
        """A choice may be a plain list: the first is key 1, and so on."""
        if isinstance(data, dict) and isinstance(data.get("values"), list):
            keyed = {str(value): {"press": str(place)} for place, value in enumerate(data["values"][:9], start=1)}
            return {**data, "values": keyed}
        return data

    @model_validator(mode="after")
    def _fits_its_type(self) -> "Slot":
        if self.type == "choice" and not self.values:
            raise refuse("E011", "A choice needs its values.", word="values", todo="Write values: [checking, savings].")
        if self.type != "choice" and self.values:
            raise refuse("E010", f"A slot of type {self.type} has no values.", word="values", todo="Use type: choice.")
        return self

    def coerce(self, value: object) -> Plain:
        """Somebody else's value as one of this slot; None when it is none."""
        if value is None or isinstance(value, list | dict):
            return None
        if self.type in {"number", "money"}:
            return self._number(value)
        if self.type == "yes_no":
            return value if isinstance(value, bool) else None
        text = ("true" if value else "false") if isinstance(value, bool) else clean(value)
        fits = {"digits": text.isascii() and text.isdigit(), "choice": text in self.values}.get(self.type, True)
        return text if fits else None

    def _number(self, value: object) -> Plain:
        number = as_number(value)
        if number is None or (self.whole and number != int(number)):
            return None
        return int(number) if number == int(number) else number
