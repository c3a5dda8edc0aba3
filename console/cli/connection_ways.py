"""The arguments of `connections add` that say how a server is spoken to where it refuses the usual way."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runtime.domain.connection import ConnectionSpec

_SWITCH = {"on": True, "off": False}


def add_ways(parser: argparse.ArgumentParser) -> None:
    """Each may be left out: then it stays as it is."""
    parser.add_argument("--streaming", choices=tuple(_SWITCH), help="off for a server that cannot stream")
    parser.add_argument("--plans", choices=("schema", "words"), help="words for a server that refuses response_format")
    parser.add_argument("--summaries", choices=tuple(_SWITCH), help="off for an account that may not have them")
    parser.add_argument("--most-tokens", metavar="N", type=int, help="an answer may have; 0 = as the model takes")


def with_ways(spec: ConnectionSpec, args: argparse.Namespace) -> ConnectionSpec:
    """What was typed over what is there."""
    from msgspec.structs import replace

    return replace(
        spec,
        streams=_SWITCH.get(args.streaming, spec.streams),
        structured=args.plans or spec.structured,
        summaries=_SWITCH.get(args.summaries, spec.summaries),
        max_output_tokens=spec.max_output_tokens if args.most_tokens is None else args.most_tokens,
    )
