"""What is hashed, shown and handed to a tool is one text; the contract says whether a number in it is a fraction."""

from types import SimpleNamespace
from typing import cast

import pytest
from pydantic import BaseModel, ConfigDict

from runtime.tools.checking import Checks
from runtime.tools.contract import Tool
from runtime.tools.sentences import ContractBroken


class Numbers(BaseModel):
    """A price that may be a fraction, a count that may not, and one that may be either."""

    model_config = ConfigDict(extra="forbid")
    price: float
    count: int
    either: int | float


TOOL = cast(Tool, SimpleNamespace(contract=SimpleNamespace(input=Numbers)))


@pytest.mark.parametrize("written", ["50", "50.0", "5e1"])
def test_a_whole_number_has_one_written_form_and_arrives_as_the_contract_says(written: str) -> None:
    checked = Checks().check(TOOL, f'{{"price":{written},"count":{written},"either":{written}}}')
    assert checked.arguments == '{"count":50,"either":50,"price":50}'
    assert checked.model == Numbers.model_validate_json(checked.arguments, strict=True)
    arrived = checked.model.model_dump()
    assert {name: (type(value), value) for name, value in arrived.items()} == {
        "price": (float, 50.0),
        "count": (int, 50),
        "either": (int, 50),
    }


def test_a_fraction_is_no_whole_number() -> None:
    with pytest.raises(ContractBroken, match="count"):
        Checks().check(TOOL, '{"price":0.5,"count":0.5,"either":0.5}')
