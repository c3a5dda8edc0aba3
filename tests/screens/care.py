"""How a queue is looked after, over the story: look-alikes, shelf, hand-over, harm, the week, grants, a held ruling."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from console.change_set import ChangeSet
from console.dialogs.grant_limits_dialog import GrantLimitsDialog
from console.dialogs.numbers_dialog import NumbersDialog
from console.dialogs.queue_dialogs import ChoiceDialog
from console.views.approvals_view import ApprovalsView
from runtime.domain.words import AskState, EffectKind, Tier
from tests.fixtures.story_rows import story_asks
from tests.fixtures.story_sample import story_sample
from tests.screens.cards import story_approvals, story_card
from tests.screens.screen import Screen, Stage

ALIKE = 4


def raise_look_alikes(stage: Stage) -> None:
    """Requests to write files, alike and reversible."""
    story = stage.story.story
    mail = next(ask for ask in story_asks(story.clock) if ask.row.ask_id == "ask-mail")
    for at in range(1, ALIKE + 1):
        name = f"alike-{at}"
        row = replace(
            mail.row,
            ask_id=name,
            title=f"Write notes/order-{1040 + at}.md, 1 line",
            tool="files.write",
            rule="ask-writes",
            same=name,
            touches="1 file",
            effect=EffectKind.REVERSIBLE,
            tier=Tier.SMALL,
            priority=3,
        )
        written = f'{{"content":"Called back on Monday, order {1040 + at}","path":"notes/order-{1040 + at}.md"}}'
        action = replace(mail.action, tool="files.write", arguments=written)
        story.raise_ask(replace(mail, row=row, action=action, digest=f"{at}" * 64))


async def group(stage: Stage) -> QWidget:
    raise_look_alikes(stage)
    view = await story_approvals(stage)
    await stage.until(lambda: view.pane.group_of("group:alike-1"), "the look-alikes stand together")
    view.pane.select("group:alike-1")
    await stage.until(lambda: len(view.group.items) == ALIKE, "the group is on its card")
    return stage.window


async def ungroup(stage: Stage, _shown: QWidget) -> None:
    for at in range(1, ALIKE + 1):
        stage.story.story.close_ask(f"alike-{at}", "withdrawn", "The run ended.")
    await stage.settled()
    await story_card(stage, "ask-refund")


async def shelve(stage: Stage) -> QWidget:
    await story_card(stage, "ask-ticket")
    stage.press(Qt.Key.Key_H)
    return await stage.shown(ChoiceDialog)


async def hand_over(stage: Stage) -> QWidget:
    await story_card(stage, "ask-ticket")
    stage.press(Qt.Key.Key_M)
    return await stage.shown(ChoiceDialog)


async def ruled(stage: Stage) -> ApprovalsView:
    """A request that a person has just approved."""
    view = await story_card(stage, "ask-file")
    stage.press(Qt.Key.Key_A)
    await stage.until(lambda: view.desk.detail and view.desk.detail.row.state is AskState.HELD, "it is held")
    return view


async def held(stage: Stage) -> QWidget:
    await ruled(stage)
    return stage.window


async def take_back(stage: Stage, _shown: QWidget) -> None:
    view = await story_approvals(stage)
    stage.press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    await stage.until(lambda: view.desk.detail and view.desk.detail.row.state is AskState.WAITING, "it waits again")
    await stage.settled()


async def limits(stage: Stage) -> QWidget:
    view = await story_card(stage, "ask-file")
    view.desk.card.ahead._open_limits()
    return await stage.shown(GrantLimitsDialog)


async def harm(stage: Stage) -> QWidget:
    """Last of all: what was approved was done."""
    view = await ruled(stage)
    stage.story.story.close_ask("ask-file")
    banner = view.desk.state_bar.banner
    await stage.until(lambda: view.desk.detail and view.desk.detail.row.state is AskState.CLOSED, "it was done")
    await stage.until(banner.button.isVisible, "the banner asks whether it did harm")
    stage.story.pass_time(1.0)
    banner.button.click()
    return await stage.shown(ChoiceDialog)


async def week(stage: Stage) -> QWidget:
    stage.window.queue.open_week()
    return await stage.shown(NumbersDialog)


async def nothing_waits(stage: Stage) -> QWidget:
    """All that waited was decided; three actions are in the sample."""
    story = stage.story.story
    stage.waiting = story.asks
    ended = {"state": AskState.CLOSED, "ruling": "approved", "ruled_by": "anna", "takes_effect": story.clock}
    story.asks = {key: replace(ask, row=replace(ask.row, **ended)) for key, ask in story.asks.items()}
    story.queue.sample = story_sample(story.clock)
    view = await story_approvals(stage)
    view._put_away()
    stage.window.touch(ChangeSet(everything=True))
    await stage.until(lambda: view.can_review, "the sample is offered")
    return stage.window


async def review(stage: Stage) -> QWidget:
    await nothing_waits(stage)
    stage.press(Qt.Key.Key_V)
    view = await story_approvals(stage)
    await stage.until(lambda: view.review.action, "the first of the sample is on its card")
    return stage.window


async def review_reason(stage: Stage) -> QWidget:
    await review(stage)
    stage.story.pass_time(1.0)
    stage.press(Qt.Key.Key_S)
    return await stage.shown(ChoiceDialog)


async def unreview(stage: Stage, shown: QWidget) -> None:
    if isinstance(shown, ChoiceDialog):
        shown.reject()
    view = await story_approvals(stage)
    view.review.leave()
    story = stage.story.story
    story.asks, story.queue.sample = stage.waiting, []
    stage.window.touch(ChangeSet(everything=True))
    await stage.settled()


CARE = (
    Screen("approvals-sample", nothing_waits, unreview, sample=True),
    Screen("approvals-review", review, unreview, sample=True),
    Screen("approvals-review-why", review_reason, unreview),
    Screen("approvals-held", held, take_back, sample=True),
    Screen("approvals-group", group, ungroup, sample=True),
    Screen("shelve", shelve),
    Screen("hand-over", hand_over),
    Screen("grant-limits", limits),
    Screen("week", week),
    Screen("harm", harm),
)
