"""Everything that can be asked of the program by a person, a trigger or the command line. Imperative, one class each.

What the loop itself records (answers, verdicts, starts and ends of effects) is in ``loop_commands``.
``by`` is the operator's id; the empty text is nobody and is refused.
"""

from runtime.domain.agent_commands import AgentCommand
from runtime.domain.agent_commands import PauseAgent as PauseAgent
from runtime.domain.agent_commands import PauseAll as PauseAll
from runtime.domain.agent_commands import RemoveAgent as RemoveAgent
from runtime.domain.agent_commands import ResumeAgent as ResumeAgent
from runtime.domain.agent_commands import ResumeAll as ResumeAll
from runtime.domain.agent_commands import SaveAgent as SaveAgent
from runtime.domain.agent_commands import TeachExamples as TeachExamples
from runtime.domain.ask_commands import AnswerCap as AnswerCap
from runtime.domain.ask_commands import Approve as Approve
from runtime.domain.ask_commands import AskCommand
from runtime.domain.ask_commands import Reject as Reject
from runtime.domain.ask_commands import ReleaseHold as ReleaseHold
from runtime.domain.ask_commands import TakeBack as TakeBack
from runtime.domain.ask_commands import TellOutcome as TellOutcome
from runtime.domain.grant_commands import GrantCommand
from runtime.domain.key_commands import KeyCommand
from runtime.domain.key_commands import RemoveConnection as RemoveConnection
from runtime.domain.key_commands import RemoveCredential as RemoveCredential
from runtime.domain.key_commands import RemoveKey as RemoveKey
from runtime.domain.key_commands import SaveConnection as SaveConnection
from runtime.domain.key_commands import SetPassphrase as SetPassphrase
from runtime.domain.key_commands import StoreCredential as StoreCredential
from runtime.domain.key_commands import StoreKey as StoreKey
from runtime.domain.proposal_commands import ProposalCommand
from runtime.domain.queue_commands import QueueCommand
from runtime.domain.run_commands import EditPlan as EditPlan
from runtime.domain.run_commands import LeaveNote as LeaveNote
from runtime.domain.run_commands import PauseRun as PauseRun
from runtime.domain.run_commands import ResumeRun as ResumeRun
from runtime.domain.run_commands import RollBack as RollBack
from runtime.domain.run_commands import RunCommand
from runtime.domain.run_commands import StartRun as StartRun
from runtime.domain.run_commands import StopRun as StopRun
from runtime.domain.secret import Secret as Secret
from runtime.domain.workspace_commands import ClearSpace as ClearSpace
from runtime.domain.workspace_commands import CompareWithJournal as CompareWithJournal
from runtime.domain.workspace_commands import EnterPrice as EnterPrice
from runtime.domain.workspace_commands import MakeBackup as MakeBackup
from runtime.domain.workspace_commands import RemovePrice as RemovePrice
from runtime.domain.workspace_commands import SaveOperator as SaveOperator
from runtime.domain.workspace_commands import SavePolicy as SavePolicy
from runtime.domain.workspace_commands import SaveSettings as SaveSettings
from runtime.domain.workspace_commands import SetCaps as SetCaps
from runtime.domain.workspace_commands import VerifyChain as VerifyChain
from runtime.domain.workspace_commands import WorkspaceCommand

Command = (
    RunCommand
    | AskCommand
    | GrantCommand
    | AgentCommand
    | ProposalCommand
    | WorkspaceCommand
    | KeyCommand
    | QueueCommand
)
