"""The fold of a declaration step by step, in words: what came, what it did, and why a receipt changed nothing. Pure.

The steps are those of the fold itself (`wms.customs.fold.fold_steps`); nothing is computed a second time here. Called
by `gathering`.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from wms.customs.folded import Folded, FoldEffect, FoldStep
from wms.customs.model import ReceiptEntry
from wms.customs.sheets.sheet import Words
from wms.customs.words.wording import document_words, hold_words, message_words, receipt_words, state_words
from wms.office.evidence.values import Standing, StepCopy

Place = tuple[UUID, int]
"""Which return node of which receipt."""

_WHY: Mapping[FoldEffect, Words] = {
    FoldEffect.STATES: Words("It makes the state.", "该回执决定状态。"),
    FoldEffect.REPEATS: Words("The state is the same already; what was said last is kept.", "状态相同，仅更新说明。"),
    FoldEffect.STAYS: Words(
        "Changes nothing: a stronger decision stands that such a receipt does not undo.", "状态不变：已有更强的决定。"
    ),
    FoldEffect.CONFLICTS: Words(
        "Cannot stand beside what was decided before: the gate is held until a person has looked.",
        "与先前的决定矛盾：暂扣，待人工核实。",
    ),
    FoldEffect.UNKNOWN_CODE: Words(
        "Its code is not listed for such a receipt: the gate is held until a person has looked.",
        "回执状态未知：暂扣，待人工核实。",
    ),
    FoldEffect.CANCELS: Words("The cancellation that was applied for is granted.", "撤销申请已批准。"),
    FoldEffect.CANCEL_REFUSED: Words(
        "The cancellation that was applied for is refused: the state stays.", "撤销申请未获批准：状态不变。"
    ),
    FoldEffect.CANCEL_PENDING: Words(
        "A cancellation was applied for and customs has not answered: the gate is held.",
        "撤销申请待海关审核：暂扣。",
    ),
    FoldEffect.LOGGED_ONLY: Words(
        "Changes nothing: the electronic port's word, and customs itself has decided.",
        "状态不变：海关已有决定，口岸回执仅存档。",
    ),
    FoldEffect.EARLIER_ATTEMPT: Words(
        "Changes nothing: it is about a submission that was replaced.", "状态不变：属于先前的申报。"
    ),
    FoldEffect.DUPLICATE: Words("Changes nothing: said before in the same words.", "状态不变：重复回执。"),
    FoldEffect.CONCLUDES: Words("The numbers customs gave are taken over.", "采用海关编号。"),
}  # fmt: skip


def told_steps(steps: Iterable[FoldStep], places: Mapping[str, Place]) -> tuple[StepCopy, ...]:
    """The steps as a person reads them; `places` says by fingerprint where a receipt's bytes are."""
    return tuple(_step(number, step, places) for number, step in enumerate(steps))


def step_lines(step: StepCopy) -> Iterable[str]:
    """One step as text."""
    what = f"{step.message_type} {step.status} at {step.time}" if step.message_type else "no receipt"
    yield f"{step.number:>3}. {what}: {step.effect}"
    if step.meaning is not None:
        yield f"     says    {step.meaning.en} · {step.meaning.zh}"
    if step.said:
        yield f"     wording {step.said}"
    if step.receipt_id is not None:
        yield f"     from    receipt {step.receipt_id}, node {step.position}"
    yield f"     why     {step.why.en} · {step.why.zh}"
    yield f"     before  {_standing_line(step.before)}"
    yield f"     after   {_standing_line(step.after)}"
    for hold in step.holds_set:
        yield f"     hold    {hold}: {hold_words(hold, 'en')} · {hold_words(hold, 'zh')}"


def _standing_line(standing: Standing) -> str:
    parts = [standing.state]
    if standing.status:
        parts.append(f"by {standing.status}")
    if standing.released:
        parts.append(f"released {standing.released}")
    if standing.holds:
        parts.append(f"holds {' '.join(standing.holds)}")
    if standing.invt_no:
        parts.append(f"list number {standing.invt_no}")
    return ", ".join(parts)


def _step(number: int, step: FoldStep, places: Mapping[str, Place]) -> StepCopy:
    entry = step.entry
    receipt_id, position = places.get(entry.fingerprint, (None, None)) if entry is not None else (None, None)
    return StepCopy(
        number=number,
        effect=step.effect.value,
        why=_why(step),
        message_type=entry.message_type.value if entry else "",
        status=entry.return_status if entry else "",
        time=entry.return_time if entry else "",
        said=entry.return_info if entry else "",
        meaning=_meaning(entry) if entry else None,
        receipt_id=receipt_id,
        position=position,
        holds_set=tuple(sorted(hold.kind.value for hold in step.after.holds - step.before.holds)),
        before=_standing(step.before),
        after=_standing(step.after),
    )


def _why(step: FoldStep) -> Words:
    if step.effect is FoldEffect.BEGINS:
        state = step.after.state
        return Words(
            f"Before the first receipt: {state_words(state, 'en')}.", f"收到首个回执之前：{state_words(state, 'zh')}。"
        )
    if step.effect is FoldEffect.INFORMS and step.entry is not None:
        kind = step.entry.message_type
        return Words(
            f"Changes nothing: {message_words(kind, 'en')}; only the {document_words('inventory', 'en')} decides.",
            f"状态不变：{message_words(kind, 'zh')}，以{document_words('inventory', 'zh')}为准。",
        )
    if step.effect is FoldEffect.STATES:
        state = step.after.state
        return Words(f"The state becomes: {state_words(state, 'en')}.", f"状态变为：{state_words(state, 'zh')}。")
    return _WHY[step.effect]


def _meaning(entry: ReceiptEntry) -> Words:
    kind, status, info = entry.message_type.value, entry.return_status, entry.return_info
    return Words(*(receipt_words(kind, status, info, language) for language in ("en", "zh")))


def _standing(folded: Folded) -> Standing:
    return Standing(
        folded.state.value,
        folded.status,
        folded.released,
        tuple(sorted(hold.kind.value for hold in folded.holds)),
        folded.pre_no,
        folded.invt_no,
    )
