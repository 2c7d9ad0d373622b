"""Signers: one over any key, and one that signs nothing. Made by `choice.signer_of`."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from cryptography import x509

from wms.customs.signing.certificates import WARN_DAYS, days_left, named, require_made_with, require_valid
from wms.customs.signing.port import MOST_AT_ONCE, Algorithm, SigningFailed, SigningKey
from wms.customs.signing.xml_signature import Draft, draft_of, signed
from wms.kernel.clock import Clock

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeySigner:
    """Signs with a key, wherever that is. A signature that does not fit its certificate never leaves here."""

    key: SigningKey
    algorithm: Algorithm
    clock: Clock
    _warned: set[date] = field(default_factory=set, repr=False)

    @property
    def name(self) -> str:
        return self.key.name

    def sign(self, message: bytes) -> bytes:
        return self.sign_many([message])[0]

    def sign_many(self, messages: Sequence[bytes]) -> list[bytes]:
        drafts = [draft_of(message, self.algorithm) for message in messages]
        done: list[bytes] = []
        for start in range(0, len(drafts), MOST_AT_ONCE):
            done += self._sign(drafts[start : start + MOST_AT_ONCE])
        return done

    def _sign(self, drafts: Sequence[Draft]) -> list[bytes]:
        answer = self.key.signatures(self.algorithm, [draft.to_sign for draft in drafts])
        if len(answer.values) != len(drafts):
            raise SigningFailed(f"{self.name} gave {len(answer.values)} signatures for {len(drafts)} messages")
        try:
            certificate = x509.load_der_x509_certificate(answer.certificate)
        except ValueError:
            raise SigningFailed(f"what {self.name} calls its certificate is none") from None
        require_valid(certificate, self.clock.now())
        self._warn(certificate)
        for draft, value in zip(drafts, answer.values, strict=True):
            require_made_with(certificate, self.algorithm, draft.to_sign, value)
        return [signed(draft, value, certificate) for draft, value in zip(drafts, answer.values, strict=True)]

    def _warn(self, certificate: x509.Certificate) -> None:
        """Say once a day that the certificate is about to expire: a new one takes the office weeks."""
        now = self.clock.now()
        left = days_left(certificate, now)
        if left < WARN_DAYS and now.date() not in self._warned:
            self._warned.add(now.date())
            log.warning("%s expires in %d days; without it nothing can be declared", named(certificate), left)


class NoSigner:
    """Leaves messages as they are: for tests, and where a client behind us signs."""

    name = "none"

    def sign(self, message: bytes) -> bytes:
        return message

    def sign_many(self, messages: Sequence[bytes]) -> list[bytes]:
        return list(messages)
