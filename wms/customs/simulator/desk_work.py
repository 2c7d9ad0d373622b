"""Carries out what supervisors decided at the training desk. Called by `port`; the desk itself is `desk`."""

from wms.customs.simulator.desk import Decision
from wms.customs.simulator.office import Office
from wms.customs.simulator.reasons import DETENTIONS, INSPECTION, RELEASED, SENT_BACK, Reason
from wms.customs.simulator.registry import TRAINING, Stored


def carry_out_decisions(office: Office) -> None:
    """Say what was decided. Without training, what is still on the desk goes the way of every other list."""
    registry = office.speaker.registry
    decisions = registry.decisions()
    is_training = registry.is_on(TRAINING)
    for listed in registry.at_desk():
        row = decisions.get(listed.paper.key)
        if row is not None:
            _carry_out(office, listed, Decision(row["decision"]), row["reason"])
        elif not is_training:
            registry.put_on_desk(listed, False)
            office.go_on(listed, office.speaker.now_ms)
    for row in decisions.values():
        # Also of a list that left the desk in between, because it was cancelled.
        registry.carried_out(row["id"])


def _carry_out(office: Office, listed: Stored, decision: Decision, reason: str) -> None:
    speaker, now_ms = office.speaker, office.speaker.now_ms
    # A release that was to be withdrawn later: what is decided now comes in its place.
    to_come = [step.at_ms for step in speaker.registry.course(listed) if step.at_ms > now_ms and step.status == "500"]
    if to_come:
        speaker.registry.drop_steps_from(listed, to_come[0])
    stays = False
    match decision:
        case Decision.RELEASE:
            speaker.say(listed, "800", RELEASED, now_ms)
        case Decision.REFUSE:
            speaker.say(listed, "100", str(Reason(1300, reason)), now_ms)
        case Decision.RETURN:
            speaker.say(listed, "700", SENT_BACK, now_ms)
        case Decision.INSPECT:
            speaker.say(listed, "500", INSPECTION, now_ms)
            stays = True
        case Decision.DETAIN:
            speaker.say(listed, "501", DETENTIONS["501"], now_ms)
            stays = True
        case Decision.WITHDRAW_LATER:
            released_ms = speaker.say(listed, "800", RELEASED, now_ms)
            speaker.say(listed, "500", INSPECTION, released_ms + speaker.scenario.inspection_ms)
            stays = True
    speaker.registry.put_on_desk(listed, stays)
