"""Which signer the settings ask for. Called by the wiring of the worker and by `wms customs signer`."""

from wms.config import Settings
from wms.customs.signing.port import Algorithm, Signer
from wms.customs.signing.remote import RemoteKey
from wms.customs.signing.signer import KeySigner, NoSigner
from wms.customs.signing.software import SoftwareKey
from wms.kernel.clock import Clock, SystemClock


def signer_of(settings: Settings, clock: Clock | None = None) -> Signer:
    """The signer of this installation. Touches no file and no other machine before the first signature."""
    if settings.customs_signer == "none":
        return NoSigner()
    present = clock or SystemClock()
    algorithm = Algorithm(settings.customs_signature)
    if settings.customs_signer == "remote":
        return KeySigner(RemoteKey(settings.customs_signer_url, settings.customs_signer_token_file), algorithm, present)
    return KeySigner(software_key_of(settings, present), algorithm, present)


def software_key_of(settings: Settings, clock: Clock) -> SoftwareKey:
    """The key file of this installation."""
    return SoftwareKey(settings.signing_key_file, settings.customs_key_passphrase_file, clock)
