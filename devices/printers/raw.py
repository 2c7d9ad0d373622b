"""Printing on a label printer that takes its language directly: over TCP 9100 or a serial port.

What proves that a label came out, best first:

1. The printer's counter went up by exactly one. It survives a power cut, so it answers even after one.
2. Without a counter: the printer took the label, and then said that it holds nothing and does nothing, without a single
   break in between. A break may have been a power cut, in which it forgot the label: then nobody knows, and a person
   is asked.

Before anything is sent a second time, the printer is told to forget all it holds and its counter must still stand where
it stood. Called by `devices.printers.worker`, one thread per printer; between any two lines the program may die.
"""

import threading
import time
from collections.abc import Callable

from devices.health import Condition
from devices.journal import Evidence, Journal
from devices.printers.model import CONDITION_WORDS, USUAL_PATIENCE, Answer, Job, Patience, PrinterStatus, State, Why
from devices.printers.reach import Finding, NotNow, Reach, silence_of
from devices.printers.talk import LabelLanguage, PrinterTalk
from devices.wire import OpenWire, WireLost, words_for


class RawPrinter:
    """One printer. `say` tells the board how it stands; `stop` ends every wait."""

    def __init__(
        self,
        open_wire: OpenWire,
        language: LabelLanguage,
        journal: Journal,
        say: Callable[[Condition, str], None],
        stop: threading.Event,
        patience: Patience = USUAL_PATIENCE,
        *,
        has_status: bool = True,
    ) -> None:
        self._reach = Reach(open_wire, language, patience, has_status=has_status)
        self._language = language
        self._journal = journal
        self._say = say
        self._stop = stop
        self._patience = patience
        self._has_status = has_status
        self._has_counter = bool(language.ask_counter)

    # --- what the worker calls -----------------------------------------------------------------------------------

    def look(self) -> Finding:
        """How the printer stands."""
        try:
            talk = self._reach.open()
        except NotNow as no:
            return Finding(no.condition, no.words)
        try:
            counter = self._reach.readiness(talk)
        except NotNow as no:
            return Finding(no.condition, no.words)
        except OSError as error:
            return Finding(Condition.OFFLINE, words_for(error))
        finally:
            talk.close()
        return Finding(Condition.READY, "ready", counter)

    def begin(self, job: Job) -> None:
        """Print a job of which nothing was sent yet."""
        if job.answer is Answer.CAME_OUT and job.attempt:
            # Whatever the counter said: somebody holds the label in the hand.
            self._journal.move(job.job_id, State.PRINTED, Evidence(Why.PERSON))
            return
        if job.answer in {Answer.CANCEL, Answer.NOT_PRINTED, Answer.CAME_OUT}:
            # Also where its code was read from another paper before this one was sent: one is on the box.
            self._journal.move(job.job_id, State.CANCELLED, Evidence(Why.CANCELLED))
            return
        try:
            talk = self._reach.open()
        except NotNow as no:
            self._block(job, no)
            return
        try:
            try:
                counter = self._reach.readiness(talk)
            except NotNow as no:
                self._block(job, no)
                return
            except OSError as error:
                self._block(job, NotNow(Condition.OFFLINE, words_for(error)))
                return
            self._say(Condition.READY, "prints")
            self._journal.move(job.job_id, State.SENDING, Evidence(attempt=job.attempt + 1, counter_before=counter))
            self._send_and_follow(job, talk, counter)
        finally:
            talk.close()

    def settle(self, job: Job, why: Why) -> None:
        """Find out about a job that was or may have been sent, after the thread that led to it was cut."""
        if job.answer is Answer.CAME_OUT:
            self._journal.move(job.job_id, State.PRINTED, Evidence(Why.PERSON))
        elif not self._has_counter or job.counter_before is None:
            self._doubt(job, why)
        else:
            self._settle_by_counter(job, job.counter_before)

    def conclude(self, job: Job) -> bool:
        """Carry out a person's word on a doubtful job. False while there is none, or the printer cannot be reached.

        Before the next label, a printer that may still hold this one must forget it, or it comes out later.
        """
        if job.answer is Answer.CAME_OUT:
            self._journal.move(job.job_id, State.PRINTED, Evidence(Why.PERSON))
            return True
        if job.answer is not Answer.NOT_PRINTED:
            return False
        try:
            talk = self._reach.open()
        except NotNow as no:
            self._say(no.condition, no.words)
            return False
        try:
            talk.send(self._language.cancel_all)
            if self._has_status and talk.status() is None:
                self._reach.missed_answer()
                self._say(*silence_of(talk))
                return False
        except OSError as error:
            self._say(Condition.OFFLINE, words_for(error))
            return False
        finally:
            talk.close()
        self._journal.move(job.job_id, State.CANCELLED, Evidence(Why.PERSON))
        return True

    # --- sending -------------------------------------------------------------------------------------------------

    def _send_and_follow(self, job: Job, talk: PrinterTalk, counter: int | None) -> None:
        try:
            talk.send(job.content)
            self._journal.move(job.job_id, State.SENT_UNCONFIRMED)
            is_unbroken = self._follow(job, talk, counter)
        except OSError:
            self._reach.missed_answer()
            talk.close()
            self._lost(job)
            return
        if is_unbroken is None:
            if not self._stop.is_set():
                talk.close()
                self._lost(job)
        elif counter is not None:
            talk.close()
            self._settle_by_counter(self._journal.job(job.job_id), counter, must_forget=False)
        elif is_unbroken:
            self._journal.move(job.job_id, State.PRINTED, Evidence(Why.STATUS))
        else:
            self._doubt(job, Why.CONNECTION_LOST)

    def _follow(self, job: Job, talk: PrinterTalk, counter: int | None) -> bool | None:
        """Wait until the printer is done. Whether every answer came whole; None where it has to be settled otherwise.

        A fault such as paper out has no time limit: the label waits in the printer until somebody puts in a roll.
        """
        if not self._has_status:
            return False
        is_unbroken, has_started = True, self._language.sees_start
        # On a wire that stays up, the first answers may be late ones from before the label: "idle" would prove nothing.
        late_answers = self._reach.take_late_answers(talk)
        heard = healthy_since = time.monotonic()
        while True:
            status = talk.status()
            now = time.monotonic()
            if status is None:
                # Over TCP a restart breaks the connection. Elsewhere a missing answer may be all there is to see of it.
                is_unbroken = is_unbroken and talk.tells_restart
                self._reach.missed_answer()
                if now - heard > self._patience.silence_ms / 1000:
                    raise WireLost(0, "it has stopped answering")
            elif late_answers:
                # Not waited for: while these are passed over, a short label may begin and end.
                heard = now
                late_answers -= 1
                continue
            else:
                heard = now
                has_started = has_started or not status.is_idle
                if self._tell(job, status):
                    healthy_since = now
                    if status.is_idle and self._has_counted(talk, counter):
                        # The last label of a roll came out, and then there was no paper.
                        return is_unbroken
                elif status.is_idle and (has_started or self._has_counter):
                    return is_unbroken and has_started
                elif now - healthy_since > self._limit_ms(status, has_started=has_started) / 1000:
                    return False
            if self._is_called_off(job) or self._stop.is_set():
                return None
            self._stop.wait(self._patience.poll_ms / 1000)

    def _limit_ms(self, status: PrinterStatus, *, has_started: bool) -> int:
        """How long a healthy printer may be like this. With half a label it waits for an end that will not come."""
        return self._patience.print_ms if has_started and status.labels_held else self._patience.silence_ms

    def _has_counted(self, talk: PrinterTalk, before: int | None) -> bool:
        """Whether the counter has moved. Only a hint to look properly: that is done over a wire of its own."""
        if before is None:
            return False
        now = talk.counter()
        if now is None:
            self._reach.missed_answer()
        return now is not None and now != before

    def _is_called_off(self, job: Job) -> bool:
        answer = self._journal.job(job.job_id).answer
        # Without a counter, calling off a label that is on its way would only turn a certain one into a doubtful one.
        return answer is not None and (answer is not Answer.CANCEL or self._has_counter)

    def _tell(self, job: Job, status: PrinterStatus) -> bool:
        """Report a printer that stopped in the middle. Whether it has a fault."""
        if status.fault is None:
            self._say(Condition.READY, "prints")
            return False
        words = CONDITION_WORDS[status.fault]
        self._say(status.fault, words)
        self._journal.move(job.job_id, State.SENT_UNCONFIRMED, Evidence(status.fault, words))
        return True

    def _lost(self, job: Job) -> None:
        self.settle(self._journal.job(job.job_id), Why.CONNECTION_LOST)

    # --- certainty -----------------------------------------------------------------------------------------------

    def _settle_by_counter(self, job: Job, before: int, *, must_forget: bool = True) -> None:
        """Compare the counter. Leaves the job as it is where the printer does not answer: the worker comes again."""
        try:
            talk = self._reach.open()
        except NotNow as no:
            self._waits(job, no.condition, no.words)
            return
        try:
            if must_forget:
                # Otherwise what it still holds could come out after the counter was read.
                talk.send(self._language.cancel_all)
            after = self._final_counter(talk, before)
        except NotNow as no:
            self._waits(job, no.condition, no.words)
            return
        except OSError as error:
            self._reach.missed_answer()
            self._waits(job, Condition.OFFLINE, words_for(error))
            return
        finally:
            talk.close()
        if after is None:
            return
        if after == before + 1:
            self._journal.move(job.job_id, State.PRINTED, Evidence(Why.COUNTER, counter_after=after))
        elif after != before:
            self._doubt(job, Why.COUNTER_JUMPED, after)
        elif not self._has_status:
            # Without a status nobody knows whether it was done, so an unmoved counter proves nothing.
            self._doubt(job, Why.NOTHING_PRINTED, after)
        elif not must_forget:
            # It said "done" and counted nothing. Once more, with everything forgotten first.
            self._settle_by_counter(job, before)
        elif job.answer in {Answer.CANCEL, Answer.NOT_PRINTED}:
            self._journal.move(job.job_id, State.CANCELLED, Evidence(Why.CANCELLED, counter_after=after))
        elif job.attempt < self._patience.attempts:
            self._journal.move(job.job_id, State.BLOCKED, Evidence(Why.PROVEN_UNPRINTED, counter_after=after))
        else:
            self._doubt(job, Why.NOTHING_PRINTED, after)

    def _final_counter(self, talk: PrinterTalk, before: int) -> int | None:
        """The counter once nothing can move it any more. None where the program is to stop first."""
        calm_since: float | None = None
        calm_ms = self._patience.settle_ms if self._has_status else self._patience.silence_ms
        while not self._stop.is_set():
            status = talk.status() if self._has_status else PrinterStatus((), 0, is_idle=True)
            if status is None:
                self._reach.missed_answer()
                raise NotNow(*silence_of(talk))
            counter = self._reach.counter(talk)
            if counter != before:
                return counter
            now = time.monotonic()
            if status.labels_held:
                calm_since = None
            elif calm_since is None:
                calm_since = now
            elif now - calm_since > calm_ms / 1000:
                return counter
            self._stop.wait(self._patience.poll_ms / 1000)
        return None

    def _doubt(self, job: Job, why: Why, counter_after: int | None = None) -> None:
        words = f"did the label ending in {job.tail} come out? Look, and answer at the bench"
        self._say(Condition.DOUBTFUL, words)
        self._journal.move(job.job_id, State.DOUBTFUL, Evidence(why, words, counter_after=counter_after))

    # --- saying --------------------------------------------------------------------------------------------------

    def _block(self, job: Job, no: NotNow) -> None:
        self._say(no.condition, no.words)
        self._journal.move(job.job_id, State.BLOCKED, Evidence(no.condition, no.words))

    def _waits(self, job: Job, condition: Condition, words: str) -> None:
        self._say(condition, words)
        self._journal.move(job.job_id, job.state, Evidence(condition, words))
