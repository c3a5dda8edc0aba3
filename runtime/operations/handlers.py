"""The table of commands: which function carries out which. A test holds it against the command unions."""

from typing import Final

from runtime.domain import commands as people
from runtime.domain import grant_commands as grants
from runtime.domain import judging_commands as judging
from runtime.domain import loop_commands as loop
from runtime.domain import proposal_commands as proposals
from runtime.domain import queue_commands as queue
from runtime.domain import routing_commands as routing
from runtime.operations import (
    on_agents,
    on_asks,
    on_budget,
    on_connections,
    on_grants,
    on_judging,
    on_loop,
    on_presence,
    on_proposals,
    on_queue,
    on_review,
    on_routing,
    on_runs,
    on_workspace,
)
from runtime.operations.on_agents import SaveAgentHandler, TeachHandler
from runtime.operations.on_asks import ApproveHandler
from runtime.operations.on_connections import ConnectionHandlers
from runtime.operations.on_upkeep import UpkeepHandlers
from runtime.operations.on_workspace import SavePolicyHandler
from runtime.operations.perform import Handler

_BY_PEOPLE: Final[dict[type, Handler]] = {
    people.StartRun: on_runs.start_run,
    people.PauseRun: on_runs.pause_run,
    people.ResumeRun: on_runs.resume_run,
    people.StopRun: on_runs.stop_run,
    people.LeaveNote: on_runs.leave_note,
    people.EditPlan: on_runs.edit_plan,
    people.RollBack: on_runs.roll_back,
    people.Reject: on_asks.reject,
    people.TellOutcome: on_asks.tell_outcome,
    people.AnswerCap: on_budget.answer_cap,
    people.TakeBack: on_asks.take_back,
    people.ReleaseHold: on_asks.release_hold,
    people.PauseAgent: on_agents.pause_agent,
    people.ResumeAgent: on_agents.resume_agent,
    people.PauseAll: on_workspace.pause_all,
    people.ResumeAll: on_workspace.resume_all,
    people.RemoveAgent: on_agents.remove_agent,
    people.SaveSettings: on_workspace.save_settings,
    people.SetCaps: on_budget.set_caps,
    people.EnterPrice: on_budget.enter_price,
    people.RemovePrice: on_budget.remove_price,
    people.SaveOperator: on_workspace.save_operator,
    proposals.DismissProposal: on_proposals.dismiss,
    proposals.RestoreProposal: on_proposals.restore,
    grants.GrantStanding: on_grants.grant_standing,
    grants.RevokeGrant: on_grants.revoke_grant,
}
"""What people ask for in the window and on the command line."""

_IN_THE_QUEUE: Final[dict[type, Handler]] = {
    queue.SeeAsk: on_queue.see,
    queue.ShelveAsk: on_queue.shelve,
    queue.UnshelveAsk: on_queue.unshelve,
    queue.HandOver: on_queue.hand_over,
    queue.MarkHarmful: on_queue.mark_harmful,
    queue.UnmarkHarmful: on_queue.unmark_harmful,
    queue.ReadAfterwards: on_queue.read_afterwards,
    queue.ReviewAction: on_review.review,
    queue.RuleEach: on_queue.rule_each,
    queue.SetDuty: on_presence.set_duty,
    queue.NoteAway: on_presence.note_away,
    queue.NoteBack: on_presence.note_back,
    queue.ReturnAsk: on_queue.return_ask,
    queue.BeginFlood: on_queue.begin_flood,
    queue.EndFlood: on_queue.end_flood,
    queue.PauseForRepeats: on_queue.pause_for_repeats,
}
"""What becomes of requests that wait, and who is there to answer them."""

_BY_THE_LOOP: Final[dict[type, Handler]] = {
    loop.BeginRun: on_loop.begin_run,
    loop.RecordPlan: on_loop.record_plan,
    loop.RecordModelFailure: on_loop.record_model_failure,
    loop.RecordTurn: on_loop.record_turn,
    loop.Reserve: on_budget.reserve,
    loop.RecordSpent: on_budget.record_spent,
    loop.ReserveTest: on_connections.reserve_test,
    loop.RecordTest: on_connections.record_test,
    loop.NoteDearer: on_budget.note_dearer,
    loop.KeepReservation: on_budget.keep_reservation,
    loop.ExpireReservation: on_budget.expire_reservation,
    loop.AskCap: on_budget.ask_cap,
    loop.RecordJudgement: on_loop.record_judgement,
    loop.Rejudge: on_loop.rejudge,
    loop.StartEffect: on_loop.start_effect,
    loop.FinishEffect: on_loop.finish_effect,
    loop.SettleOutcome: on_loop.settle_outcome,
    loop.AskOutcome: on_loop.ask_outcome,
    loop.DeliverRuling: on_asks.deliver_ruling,
    loop.RestartHold: on_asks.restart_hold,
    loop.ExpireAsk: on_asks.expire_ask,
    loop.FinishRun: on_loop.finish_run,
    loop.StartUndo: on_loop.start_undo,
    loop.FinishUndo: on_loop.finish_undo,
    loop.AskUndo: on_loop.ask_undo,
    loop.RollItselfBack: on_loop.roll_itself_back,
    loop.FinishRollback: on_loop.finish_rollback,
    loop.NoteClock: on_workspace.note_clock,
    loop.NoteStarted: on_workspace.note_started,
    loop.NoteStopped: on_workspace.note_stopped,
    loop.NoteChain: on_workspace.note_chain,
    loop.NoteCompared: on_workspace.note_compared,
    grants.EndGrant: on_grants.end_grant,
}
"""What the engine itself does."""

_BY_MODELS: Final[dict[type, Handler]] = {
    routing.TakeRoute: on_routing.take_route,
    routing.SetAside: on_routing.set_aside,
    routing.RecordVote: on_routing.record_vote,
    routing.WaitForModels: on_routing.wait_for_models,
    routing.ContinueRun: on_routing.continue_run,
    routing.MoveConnection: on_routing.move_connection,
    judging.RecordClass: on_judging.record_class,
    judging.RecordVerdict: on_judging.record_verdict,
}
"""What the engine records of models: routes, votes, classes, verdicts."""


def handler_table(
    approve: ApproveHandler,
    save_agent: SaveAgentHandler,
    teach: TeachHandler,
    save_policy: SavePolicyHandler,
    upkeep: UpkeepHandlers,
    connections: ConnectionHandlers,
) -> dict[type, Handler]:
    """Every command with its handler."""
    return {
        **_BY_PEOPLE,
        **_IN_THE_QUEUE,
        **_BY_THE_LOOP,
        **_BY_MODELS,
        people.Approve: approve,
        people.SaveAgent: save_agent,
        people.TeachExamples: teach,
        people.SavePolicy: save_policy,
        people.StoreCredential: upkeep.store_credential,
        people.RemoveCredential: upkeep.remove_credential,
        people.SaveConnection: connections.save,
        people.RemoveConnection: connections.remove,
        people.StoreKey: connections.store_key,
        people.RemoveKey: connections.remove_key,
        people.SetPassphrase: upkeep.set_passphrase,
        people.VerifyChain: upkeep.verify_chain,
        people.CompareWithJournal: upkeep.compare,
        people.MakeBackup: upkeep.make_backup,
        people.ClearSpace: upkeep.clear_space,
    }
