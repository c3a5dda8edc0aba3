"""`operator-console doctor`: what is missing on this machine or in the workspace, and the command that mends it."""

from __future__ import annotations

import argparse
import asyncio
import os
from pathlib import Path

from console import workspaces
from console.cli.exit_status import DONE, REFUSED, fault_sentence
from console.cli.printing import Printer
from console.cli.wording import command
from console.system_check import Finding, check_machine, machine_line

_NO_FAULT = ("Display", "Notifications")


async def doctor(_args: argparse.Namespace, folder: Path, printer: Printer) -> int:
    """Print each finding; exit status 1 when something is missing."""
    findings = await asyncio.to_thread(check_machine, folder)
    findings.append(await check_notifications())
    findings += await check_workspace(folder)
    printer.text(machine_line())
    for finding in findings:
        mark = "ok      " if finding.ok else "MISSING "
        lines = [f"{mark}{finding.name}: {finding.sentence}"]
        if finding.mend_command:
            lines.append(f"        mend it with:  {finding.mend_command}")
        printer.say(
            "\n".join(lines), "finding", name=finding.name, ok=finding.ok, sentence=finding.sentence,
            mend=finding.mend_command,
        )  # fmt: skip
    # Without a display the program works without a window, without notifications with one; that alone is no fault.
    return DONE if all(finding.ok for finding in findings if finding.name not in _NO_FAULT) else REFUSED


async def check_notifications() -> Finding:
    """Whether notifications reach this desktop."""
    from console.attention.desktop import Desktop
    from console.attention.words import APP_NAME

    desktop = Desktop(APP_NAME)
    state = await desktop.look()
    await desktop.close()
    return Finding("Notifications", not state.why_not, state.sentence)


async def check_workspace(folder: Path) -> list[Finding]:
    """The workspace's folder: there, writable, open elsewhere, its journal whole."""
    from runtime.door.ownership import owner
    from runtime.operations.connections_unopened import connections_left_alone
    from runtime.operations.unopened import compare_unopened, verify_unopened

    if not await asyncio.to_thread(workspaces.is_workspace, folder):
        sentence = f"{folder} holds no workspace yet."
        return [Finding("Workspace", True, sentence)]
    if not await asyncio.to_thread(os.access, folder, os.R_OK | os.W_OK | os.X_OK):
        return [Finding("Workspace", False, f"{folder} may not be written.", _rights(folder))]
    try:
        held = await owner(folder)
        where = f"open in process {held.pid} on {held.host} since {held.since}" if held else "nobody has it open"
        findings = [Finding("Workspace", True, f"{folder}; {where}.")]
        if held is None:
            report = await verify_unopened(folder)
            findings.append(Finding("Journal", report.intact, report.sentence))
            if report.intact:
                compared = await compare_unopened(folder)
                findings += [Finding("Contents", False, compared.contents)] if compared.contents else []
                findings += [Finding("Lists", False, compared.lists)] if compared.lists else []
        else:
            findings.append(Finding("Journal", True, f"Not looked at: `{command(folder, 'audit', 'verify')}` does it."))
        left_alone = await connections_left_alone(folder)
        findings += [Finding("Connection", False, sentence) for sentence in left_alone]
    except Exception as error:
        told = fault_sentence(error)
        if not told:
            raise
        return [Finding("Workspace", False, told)]
    return findings


def _rights(folder: Path) -> str:
    return "" if os.name == "nt" else f"chmod u+rwx '{folder}'"
