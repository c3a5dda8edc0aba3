"""What rules would have done, in words: numbers first, singular and plural, and what was not tried."""

from console.presenters.backtest_text import backtest_sentences, became_words, change_words
from runtime.domain.words import VerdictKind
from runtime.projections.backtest_rows import BacktestReport, ChangedAction

ALLOW, ASK, DENY = VerdictKind.ALLOW, VerdictKind.ASK, VerdictKind.DENY


def change(
    before: VerdictKind, after: VerdictKind, ruling: str = "approved", undone: bool = False, asked: bool = True
) -> ChangedAction:
    return ChangedAction("r", "1.1", 5, "clerk", "files.write", "Write a.txt", before, after, asked, ruling, undone)


def test_saved_asks_and_what_came_of_them_then() -> None:
    saved = [change(ASK, ALLOW)] * 34 + [change(ASK, ALLOW, "rejected")] * 2 + [change(ASK, ALLOW, undone=True)]
    report = BacktestReport(1_000, (*saved, *[change(ALLOW, ASK, "", asked=False)] * 4))
    assert backtest_sentences(report) == (
        "Of the last 1,000 actions: 37 asks would have been saved; 2 of them had been rejected, 1 rolled back.",
        "4 actions that were allowed would ask.",
    )


def test_nothing_and_little() -> None:
    assert backtest_sentences(BacktestReport(0)) == ("No action was recorded yet.",)
    assert backtest_sentences(BacktestReport(1)) == ("Of the last 1 action: 0 would go otherwise.",)
    report = BacktestReport(9, (change(ASK, DENY), change(ASK, ALLOW, "", asked=False)), 1)
    assert backtest_sentences(report) == (
        "Of the last 9 actions: 0 asks would have been saved.",
        "1 action that was asked about would be denied; 1 of them had been approved.",
        "1 more would not be asked about, and were not asked about then.",
        "1 action could not be tried: what the rules ask for was not recorded then.",
    )


def test_one_line_of_the_list() -> None:
    assert change_words(change(ASK, ALLOW)) == "ask → allow"
    assert became_words(change(ASK, ALLOW, undone=True)) == "approved, rolled back"
    assert became_words(change(ALLOW, ASK, "", asked=False)) == "not asked"
    assert became_words(change(ASK, ALLOW, "")) == "not answered"
