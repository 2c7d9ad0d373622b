"""A parcel that was scanned where nobody asked for one: how its papers stand, in words of both languages. Pure.

Called by `presenter`.
"""

from scanner_ui.screens import Json
from scanner_ui.words import Words
from wms.customs.gate import NOT_DECLARED
from wms.customs.model import RECEIPT_OF_DOCUMENT, DocumentKind, DocumentState, MessageType
from wms.customs.regimes.china.reasons import parse_return_info, status_meaning
from wms.customs.words.wording import (
    cause_words,
    document_state_words,
    document_words,
    gate_words,
    hold_words,
    receipt_words,
    rule_words,
    state_words,
)
from wms.tasks.explanation import Explanation

_TONES = {DocumentState.MISSING: "stop", DocumentState.REFUSED: "stop", DocumentState.ACCEPTED: "go"}
"""How a document stands, as a colour; what has not been decided looks like a question."""


def explained(words: Words, explanation: Explanation | None) -> Json | None:
    """A parcel that was scanned where nobody asked for one: its papers, and what customs said in both languages."""
    if explanation is None:
        return None
    language = words.language
    rows = [
        _paper(words, paper.kind, document_state_words(paper.state, language), paper.since)
        | _customs_said(RECEIPT_OF_DOCUMENT[DocumentKind(paper.kind)], "", paper.said)
        | {"tone": _TONES.get(DocumentState(paper.state), "look")}
        for paper in explanation.papers
        if paper.kind != DocumentKind.INVENTORY
    ]
    state = state_words(explanation.state, language) if explanation.state else gate_words(NOT_DECLARED, language)
    rows.append(
        _paper(words, DocumentKind.INVENTORY, state, explanation.since)
        | _customs_said(MessageType.LIST_RECEIPT, explanation.status, explanation.said)
        | {"tone": "go" if explanation.may_go_on else "stop"}
    )
    notes = [[words.page("holds"), hold_words(hold, language)] for hold in explanation.holds]
    if explanation.rule:
        notes.append([words.page("to_mend"), cause_words(explanation.cause, language)])
        notes.append(["", rule_words(explanation.rule, language)])
    return {"parcel": explanation.parcel, "open": explanation.may_go_on, "papers": rows, "notes": notes}


def _paper(words: Words, kind: str, state: str, since: str) -> Json:
    shown = words.page("explained_since", {"since": since}) if since else ""
    return {"paper": document_words(kind, words.language), "state": state, "since": shown}


def _customs_said(message: str, status: str, said: str) -> Json:
    """Customs' own words, and what they mean in English; the meaning only where it is known."""
    known = status_meaning(status, message) is not None or parse_return_info(said).reasons
    return {"said": said, "english": receipt_words(message, status, said, "en") if said and known else ""}
