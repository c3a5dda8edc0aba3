"""What Ctrl+K finds: requests, runs, agents, audit entries, rules, pages of the settings, and every gesture by name.

Nothing here approves or rejects: a finding opens, pauses, or does a gesture that is marked as searchable.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.actions import shown_key
from console.context import ConsoleContext
from console.dialogs.settings.pages import page_titles
from console.presenters.wording import later, say
from runtime.projections.rows import SearchHit

LIMIT = 20
_MOST_PAUSES = 2
_ICONS = {"agent": "agent", "run": "runs", "ask": "approvals", "audit": "audit"}


_LEADS = {
    "ask": later("Open request: {title}"),
    "run": later("Open run: {title}"),
    "agent": later("Go to agent {title}"),
    "audit": later("Audit: {title}"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """One line: what it is, and what Enter does. ``kind``: ask run agent audit words rule settings pause action."""

    kind: str
    key: str
    title: str
    detail: str = ""
    hint: str = ""
    icon: str = "search"


def found_of(hit: SearchHit) -> Found:
    """A hit of the history in words that say what Enter does."""
    said = say(_LEADS.get(hit.kind, "{title}"), title=hit.title)
    return Found(hit.kind, hit.key, said, hit.detail, icon=_ICONS.get(hit.kind, "search"))


async def find(context: ConsoleContext, typed: str, where: int) -> list[Found]:
    """At most LIMIT lines, the record first. Empty words find every gesture that can be done now."""
    actions = context.actions
    gestures = [
        Found(
            "action",
            action.id,
            action.title,
            hint=" ".join(map(shown_key, actions.keys_of(action.id)[:1])),
            icon=action.icon or "corner-down-left",
        )
        for action in actions.search(typed, where)
    ]
    if not typed.strip():
        return gestures[:LIMIT]
    history = context.runtime.history
    hits = [found_of(hit) for hit in await history.search(typed, LIMIT)]
    pauses = [
        Found("pause", hit.key, say("Pause {agent}", agent=hit.key), icon="pause")
        for hit in hits
        if hit.kind == "agent"
    ][:_MOST_PAUSES]
    words = typed.casefold().split()
    rules = [
        Found("rule", rule.rule_id, say("Rule {rule}", rule=rule.rule_id), rule.note, icon="rule")
        for rule in (await history.policy()).rules
        if all(word in f"{rule.rule_id} {rule.note}".casefold() for word in words)
    ]
    pages = [
        Found("settings", key, say("Settings: {page}", page=title), icon=icon)
        for key, title, icon in page_titles()
        if all(word in f"settings {title}".casefold() for word in words)
    ]
    entries = [
        Found("words", typed.strip(), say("Audit: everything about “{words}”", words=typed.strip()), icon="audit")
    ]
    # The record fills the list easily; what else fits keeps a place in it.
    rest = [*pauses, *gestures, *pages, *rules, *entries]
    room = max(LIMIT - len(rest), LIMIT // 2)
    return [*hits[:room], *rest][:LIMIT]
