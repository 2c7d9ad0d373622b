"""What every HTTP door of the service shares: problem documents, request decoding, protection against other sites,
security headers, health.

It knows no slice and nobody who calls: who is signed in is the business of `wms.access`, which stands above it. Called
by `wms.app` (the register functions) and by every `views` room.
"""
