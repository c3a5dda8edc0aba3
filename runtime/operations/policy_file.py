"""Rules and safety checks as one readable TOML file."""

from typing import Any, Final

import msgspec

from runtime.domain.policy import Policy
from runtime.operations.agent_file import read_toml, write_toml
from runtime.operations.struct_reading import read_struct

HEADING: Final = "# Rules (first match wins, nothing matched = deny) and safety checks of a workspace.\n\n"


def read_policy_file(text: str) -> Policy | tuple[str, ...]:
    """The policy (version 0: it is given when saved), or every fault as ``place: sentence``."""
    data = read_toml(text)
    if isinstance(data, tuple):
        return data
    if "version" in data:
        return ("version: it is counted by the console; leave it out.",)
    policy, faults = read_struct(Policy, data)
    return policy if policy is not None else faults


def write_policy_file(policy: Policy) -> str:
    """The file of a policy, without its version."""
    data: dict[str, Any] = msgspec.to_builtins(policy)
    return HEADING + write_toml({"rules": data["rules"], "checks": data["checks"]})
