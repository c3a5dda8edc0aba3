"""What a tool declares about itself is the same for everybody who asks."""

import dataclasses

from pydantic import BaseModel

from runtime.tools.contract import ToolContract
from tests.fixtures.bench_tools import Bench, Given


class Other(BaseModel):
    """Other arguments."""

    note: int = 0


def declaration() -> ToolContract:
    return Bench().tools("{}")[0].contract


def test_what_one_caller_does_to_the_schema_another_never_sees() -> None:
    contract = declaration()
    contract.input_schema["properties"].clear()
    assert contract.input_schema == Given.model_json_schema()


def test_other_arguments_are_another_contract() -> None:
    contract = declaration()
    other = dataclasses.replace(contract, input=Other)
    assert other.input_schema == Other.model_json_schema()
    assert other.digest != contract.digest
