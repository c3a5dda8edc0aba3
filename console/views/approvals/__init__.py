"""The parts of the Approvals screen: list, decision card, action bar, reject panel, edit page."""
