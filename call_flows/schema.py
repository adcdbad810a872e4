"""JSON Schemas of site.yaml, flows, tests and scorecards, made from the models: an editor knows what the loader knows.

`python -m call_flows.schema` writes them to `call_flows/schemas/`.
"""

import json
from pathlib import Path
from typing import Any, Final

from pydantic.json_schema import models_json_schema

from call_flows.flow import FlowHeader
from call_flows.nodes import VERBS
from call_flows.nodes.option import Option
from call_flows.scenario.schema import test_definitions
from call_flows.scorecards import Scorecard
from call_flows.site import NumberEntry, Site

FOLDER: Final = Path(__file__).parent / "schemas"
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def site_schema() -> dict[str, Any]:
    """The schema of site.yaml."""
    models = [(model, "validation") for model in (Site, NumberEntry)]
    _keys, definitions = models_json_schema(models, ref_template="#/$defs/{model}")  # type: ignore[arg-type]
    return _whole("Callwright site", "Site", definitions["$defs"])


def flow_schema() -> dict[str, Any]:
    """The schema of a flow: each node is one of the verbs."""
    models = [(model, "validation") for model in (FlowHeader, Option, *VERBS.values())]
    _keys, definitions = models_json_schema(models, ref_template="#/$defs/{model}")  # type: ignore[arg-type]
    found = definitions["$defs"]
    verbs = [{"$ref": f"#/$defs/{model.__name__}"} for model in VERBS.values()]
    found["FlowHeader"]["properties"]["nodes"]["additionalProperties"] = {"anyOf": verbs}
    return _whole("Callwright call flow", "FlowHeader", found)


def scorecard_schema() -> dict[str, Any]:
    """The schema of a scorecard."""
    _keys, definitions = models_json_schema([(Scorecard, "validation")], ref_template="#/$defs/{model}")
    return _whole("Callwright scorecard", "Scorecard", definitions["$defs"])


def test_schema() -> dict[str, Any]:
    """The schema of a test file: one dialogue, or several."""
    either = [{"$ref": "#/$defs/Dialogue"}, {"$ref": "#/$defs/TestFile"}]
    return {
        "$schema": _DIALECT,
        "title": "Callwright test",
        "if": {"required": ["tests"]},
        "then": either[1],
        "else": either[0],
        "$defs": _untitled(test_definitions()),
    }


test_schema.__test__ = False  # type: ignore[attr-defined]


def _whole(title: str, root: str, definitions: dict[str, Any]) -> dict[str, Any]:
    top = definitions.pop(root)
    return {"$schema": _DIALECT, **_untitled(top), "title": title, "$defs": _untitled(definitions)}


def _untitled(schema: Any) -> Any:
    """Without the titles pydantic makes of key names: an editor shows the key itself."""
    if isinstance(schema, dict):
        return {
            key: _untitled(value) for key, value in schema.items() if not (key == "title" and isinstance(value, str))
        }
    return [_untitled(item) for item in schema] if isinstance(schema, list) else schema


def schema_texts() -> dict[str, str]:
    """Each schema file by its name."""
    made = {
        "site.schema.json": site_schema(),
        "flow.schema.json": flow_schema(),
        "test.schema.json": test_schema(),
        "scorecard.schema.json": scorecard_schema(),
    }
    return {
        name: json.dumps(schema, indent=1, ensure_ascii=False, sort_keys=True) + "\n" for name, schema in made.items()
    }


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in schema_texts().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
