"""The reference and the schemas are made from the models, and say what the loader does."""

import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from call_flows.check.codes import CODES
from call_flows.flow import FlowHeader
from call_flows.library import NORTHWIND
from call_flows.nodes import VERBS
from call_flows.reference import flow_reference
from call_flows.schema import FOLDER, flow_schema, schema_texts, site_schema
from call_flows.site import Site
from call_flows.slots import Slot
from call_flows.yaml_text import read_yaml
from tests.call_flows.conftest import problems_of

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_in_the_docs_is_the_one_the_program_makes():
    """`python -m call_flows.reference docs/flows.md` writes it again."""
    assert (ROOT / "docs" / "flows.md").read_text(encoding="utf-8") == flow_reference()


def test_the_schemas_that_ship_are_the_ones_the_models_make():
    """`python -m call_flows.schema` writes them again."""
    assert {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.json")} == schema_texts()


@pytest.mark.parametrize("model", [Site, FlowHeader, Slot, *VERBS.values()], ids=lambda model: model.__name__)
def test_every_key_is_described(model):
    """A key without a description is a key nobody knows."""
    assert [name for name, info in model.model_fields.items() if not info.description] == []


def test_every_verb_and_every_code_has_its_place_in_the_reference():
    """One section a verb, one line a code."""
    page = flow_reference()
    assert [verb for verb in VERBS if f"\n### `{verb}`\n" not in page] == []
    assert [code for code in CODES if f"| `{code}` |" not in page] == []


def test_the_flow_in_the_reference_is_a_good_one():
    """What a newcomer copies must work."""
    [flow] = re.findall(r"```yaml[^\n]*\n(flow: .*?)```", flow_reference(), re.DOTALL)
    assert problems_of(flow.replace("flow: main_line", "flow: main")) == []


def test_the_shipped_site_is_right_by_the_schemas():
    """What the loader takes, the editor must not underline."""
    flows = Draft202012Validator(flow_schema())
    for file in [NORTHWIND / "site.yaml", *sorted((NORTHWIND / "flows").glob("*.yaml"))]:
        validator = Draft202012Validator(site_schema()) if file.name == "site.yaml" else flows
        assert list(validator.iter_errors(read_yaml(file.read_text(encoding="utf-8"), file.name).data)) == []


@pytest.mark.parametrize(
    "node",
    ["{say: Hi., nxt: a}", "{sai: Hi., next: a}", "{wait: 20, next: a}", "{menu: A, options: [], failed: a}",
     "{record: begin, next: a}", "{menu: A, options: [{press: 12, next: a}], failed: a}"],
)  # fmt: skip
def test_the_schema_refuses_what_the_loader_refuses(node):
    """An editor that underlines nothing is no help."""
    data = read_yaml(f"flow: f\nstart: a\nnodes:\n  a: {node}\n", "f").data
    assert list(Draft202012Validator(flow_schema()).iter_errors(data))
