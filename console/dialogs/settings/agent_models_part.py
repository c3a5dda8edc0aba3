"""Which models an agent asks, in which order, and when one answer is not enough."""

from msgspec.structs import replace
from PySide6.QtWidgets import QWidget

from console.dialogs.settings.form import Form, Lines
from console.theme.theme import Theme
from console.widgets.plain_label import PlainLabel
from runtime.domain.agent_spec import AgentSpec, Vote
from runtime.models.providers.known import route_examples


class AgentModelsPart(Form):
    """A chain of models for each role; a line is a model, the first is asked first."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        order = self.tr(
            "One a line, asked in this order: playbook, {routes}. The next is asked where one gives no answer."
        ).format(routes=", ".join(route_examples()))
        self.planner = self.lines(self.tr("Models that plan"), order, rows=3, mono=True)
        self.actor = self.lines(self.tr("Models that act"), "", rows=3, mono=True)
        self.classifier = self.lines(
            self.tr("Models that sort"),
            self.tr("Asked what a task is about where the playbook's examples are not sure. Empty = none is asked."),
            rows=2,
            mono=True,
        )
        self.judge = self.lines(
            self.tr("Models that judge"),
            self.tr(
                "Asked whether the outcome is good, after the checks under Success. None of them may act as well. "
                "Empty = none is asked."
            ),
            rows=2,
            mono=True,
        )
        self.playbook = PlainLabel(theme, "", "body")
        self.put(self.tr("Playbook"), self.playbook, self.tr("It takes over where no model of a chain can be asked."))
        self.escalate_below = self.number(
            self.tr("Next model below"),
            0,
            100,
            self.tr("% sure"),
            self.tr("A less sure answer is set aside and the next model is asked. 0 = the first answer stands."),
        )
        self.keep = self.number(
            self.tr("Keep answers"),
            0,
            10_000_000,
            self.tr("s"),
            self.tr(
                "An answer so old at most stands for an identical request, also after a restart; the newest 500 are "
                "kept. 0 = every request is sent."
            ),
        )
        self.context = self.number(
            self.tr("Context"),
            0,
            10_000_000,
            self.tr("tokens"),
            self.tr("At most in a request: the newest turns whole, older ones in short. 0 = what the model can read."),
        )
        self.votes = self.number(
            self.tr("Vote"),
            0,
            9,
            self.tr("answers"),
            self.tr("A critical action is asked for so often; unless all agree, a person decides. 0 = no vote."),
        )
        self.final = self.toggle(
            self.tr("Critical"), self.tr("What cannot be undone"), self.tr("Whatever its tool is called.")
        )
        self.tools = self.text(
            self.tr("Critical tools"), self.tr("Names with commas between, * stands for anything: mail.*, sql.change")
        )

    def fill(self, spec: AgentSpec, taught: int) -> None:
        """Show it."""
        self.planner.setPlainText("\n".join(spec.models.planner))
        self.actor.setPlainText("\n".join(spec.models.actor))
        self.classifier.setPlainText("\n".join(spec.models.classifier))
        self.judge.setPlainText("\n".join(spec.models.judge))
        self.playbook.setText(self._playbook_words(spec, taught))
        self.escalate_below.setValue(round(spec.models.escalate_below * 100))
        self.keep.setValue(spec.models.keep_answers_s)
        self.context.setValue(spec.context_tokens)
        self.votes.setValue(spec.vote.times)
        self.final.setChecked(spec.vote.irreversible)
        self.tools.setText(", ".join(spec.vote.tools))

    def read(self, spec: AgentSpec) -> AgentSpec:
        """The form over what it was; what is shown rounded changes only when a person changed it."""
        models, below = spec.models, self.escalate_below.value()
        same = below == round(models.escalate_below * 100)
        changed = replace(
            models,
            planner=_chain(self.planner),
            actor=_chain(self.actor),
            classifier=_chain(self.classifier),
            judge=_chain(self.judge),
            escalate_below=models.escalate_below if same else below / 100,
            keep_answers_s=self.keep.value(),
        )
        tools = tuple(name for part in self.tools.text().split(",") if (name := part.strip()))
        vote = Vote(self.votes.value(), self.final.isChecked(), tools)
        return replace(spec, models=changed, vote=vote, context_tokens=self.context.value())

    def _playbook_words(self, spec: AgentSpec, taught: int) -> str:
        if spec.playbook is None:
            return self.tr("none")
        examples = sum(len(intent.examples) for intent in spec.playbook.intents)
        said = self.tr("Intents: {intents}. Labelled examples: {examples}, taught since: {taught}. Edit it under File.")
        return said.format(intents=len(spec.playbook.intents), examples=f"{examples:,}", taught=f"{taught:,}")


def _chain(field: Lines) -> tuple[str, ...]:
    return tuple(name for line in field.toPlainText().splitlines() if (name := line.strip()))
