"""The JSON Schema of test files, made from the models, so that an editor knows what the reader knows."""

from typing import Any

from pydantic.json_schema import models_json_schema

from call_flows.scenario.mocks import MOCKS
from call_flows.scenario.model import Dialogue, TestFile
from call_flows.scenario.steps import STEPS


def test_definitions() -> dict[str, Any]:
    """The schema's definitions: `Dialogue` and `TestFile` are what a file may hold, everything else is below them."""
    models = [(model, "validation") for model in (Dialogue, TestFile, *STEPS, *MOCKS)]
    _keys, made = models_json_schema(models, ref_template="#/$defs/{model}")  # type: ignore[arg-type]
    found: dict[str, Any] = made["$defs"]
    steps = [{"$ref": f"#/$defs/{model.__name__}"} for model in STEPS]
    mocks = [{"$ref": f"#/$defs/{model.__name__}"} for model in MOCKS]
    one = found["Dialogue"]["properties"]
    one["call"]["items"] = {"anyOf": steps}
    one["mock"]["items"] = found["TestFile"]["properties"]["mock"]["items"] = {"anyOf": mocks}
    found["TestFile"]["properties"]["tests"]["items"] = {"$ref": "#/$defs/Dialogue"}
    return found


test_definitions.__test__ = False  # type: ignore[attr-defined]
