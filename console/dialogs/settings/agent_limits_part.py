"""When an agent must ask, and the bounds of one run."""

from msgspec.structs import replace
from PySide6.QtWidgets import QWidget

from console.dialogs.settings.form import Form, pick
from console.theme.theme import Theme
from runtime.domain.agent_spec import AgentSpec, AskTimes, AtCap, Planning
from runtime.domain.money import MICROS_PER_DOLLAR
from runtime.domain.words import CapAction, PlanReview, UnmetAction
from runtime.models.providers.known import route_examples


class AgentLimitsPart(Form):
    """Reaching a limit ends the run with its own words; nothing is lost."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.threshold = self.number(
            self.tr("Asks below"), 0, 100, self.tr("% sure"), self.tr("An action it is less sure of needs a person.")
        )
        reviews = (
            (str(PlanReview.NEVER), self.tr("Never")),
            (str(PlanReview.WRITES), self.tr("When it changes something")),
            (str(PlanReview.ALWAYS), self.tr("Always")),
        )
        self.review = self.choice(
            self.tr("Plan waits for review"), reviews, self.tr("Then a change that is not in the plan is asked for.")
        )
        self.replans = self.number(
            self.tr("Plans again"), 0, 100, self.tr("times"), self.tr("After a step failed, or a plan was refused.")
        )
        self.turns = self.number(self.tr("Turns"), 1, 10_000)
        self.seconds = self.number(
            self.tr("Time at work"), 1, 1_000_000, self.tr("s"), self.tr("Waiting for a person does not count.")
        )
        self.cost = self.decimal(self.tr("Cost"), 0, 1_000_000, "$")
        self.tokens = self.number(self.tr("Tokens"), 0, 2_000_000_000, note=self.tr("Of its models. 0 = no bound."))
        at_cap = (
            (str(CapAction.ASK), self.tr("Ask a person")),
            (str(CapAction.CHEAPER), self.tr("Go on with a cheaper model")),
            (str(CapAction.PARTIAL), self.tr("Hand in what there is")),
            (str(CapAction.STOP), self.tr("Stop")),
        )
        self.at_cap = self.choice(
            self.tr("At a cap"), at_cap, self.tr("Where the next call of its model does not fit a cap any more.")
        )
        self.cheaper = self.text(
            self.tr("Cheaper model"),
            self.tr("For example {route}; only for that choice.").format(route=route_examples()[0]),
        )
        unmet = (
            (str(UnmetAction.ESCALATE), self.tr("Hand the run to a person")),
            (str(UnmetAction.MARK), self.tr("Completed, and marked")),
        )
        self.unmet = self.choice(
            self.tr("Criteria not met"), unmet, self.tr("Where it says it is done and a check under Success says no.")
        )
        self.effects = self.number(self.tr("Changes"), 0, 100_000)
        self.beside = self.number(
            self.tr("Side by side"),
            1,
            32,
            self.tr("calls"),
            self.tr("At once, where none needs another."),
        )
        self.same = self.number(
            self.tr("Same action"),
            2,
            100,
            self.tr("times"),
            self.tr("The same action with no new result this often: the run is handed to a person."),
        )
        self.all_or_nothing = self.toggle(
            self.tr("All or nothing"),
            self.tr("Undo itself"),
            self.tr("A run that changed something and then fails half-way rolls itself back."),
        )
        self.answer_by = self.number(self.tr("Answer wanted in"), 1, 100_000, self.tr("min"))
        self.expires = self.number(self.tr("Ask expires in"), 1, 100_000, self.tr("min"))
        self.may_wait = self.toggle(
            self.tr("Nobody there"),
            self.tr("Its asks wait"),
            self.tr("While nobody is on duty and at the window both times stand still."),
        )

    def fill(self, spec: AgentSpec) -> None:
        """Show it."""
        self.threshold.setValue(_percent(spec.confidence_threshold))
        pick(self.review, str(spec.planning.review))
        self.replans.setValue(spec.planning.replans)
        self.turns.setValue(spec.limits.turns)
        self.seconds.setValue(spec.limits.seconds)
        self.cost.setValue(_cents(spec.limits.cost_micros) / 100)
        self.tokens.setValue(spec.limits.tokens)
        pick(self.at_cap, str(spec.at_cap.action))
        self.cheaper.setText(spec.at_cap.cheaper)
        pick(self.unmet, str(spec.unmet))
        self.effects.setValue(spec.limits.effects)
        self.beside.setValue(spec.limits.side_by_side)
        self.same.setValue(spec.limits.same_action)
        self.all_or_nothing.setChecked(spec.all_or_nothing)
        self.answer_by.setValue(round(spec.ask_times.answer_by / 60))
        self.expires.setValue(round(spec.ask_times.expires / 60))
        self.may_wait.setChecked(spec.ask_times.may_wait)

    def read(self, spec: AgentSpec) -> AgentSpec:
        """The form over what it was; what is shown rounded changes only when a person changed it."""
        limits, times = spec.limits, spec.ask_times
        same_sure = self.threshold.value() == _percent(spec.confidence_threshold)
        same_cost = round(self.cost.value() * 100) == _cents(limits.cost_micros)
        return replace(
            spec,
            confidence_threshold=spec.confidence_threshold if same_sure else self.threshold.value() / 100,
            limits=replace(
                limits,
                turns=self.turns.value(),
                seconds=self.seconds.value(),
                cost_micros=limits.cost_micros
                if same_cost
                else round(self.cost.value() * 100) * (MICROS_PER_DOLLAR // 100),
                effects=self.effects.value(),
                same_action=self.same.value(),
                tokens=self.tokens.value(),
                side_by_side=self.beside.value(),
            ),
            planning=Planning(PlanReview(str(self.review.currentData())), self.replans.value()),
            unmet=UnmetAction(str(self.unmet.currentData())),
            at_cap=AtCap(CapAction(str(self.at_cap.currentData())), self.cheaper.text().strip()),
            ask_times=AskTimes(
                _seconds(times.answer_by, self.answer_by.value()),
                _seconds(times.expires, self.expires.value()),
                self.may_wait.isChecked(),
            ),
        )


def _percent(share: float) -> int:
    return round(share * 100)


def _cents(micros: int) -> int:
    return round(micros * 100 / MICROS_PER_DOLLAR)


def _seconds(old: int, minutes: int) -> int:
    return old if max(1, round(old / 60)) == minutes else minutes * 60
