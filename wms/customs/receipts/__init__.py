"""What comes back: bytes are kept for ever, read, handed to whoever they concern, set aside, read again after a mend.

It decides nothing about a declaration: `standing` does. Called by the inbox loop, the HTTP door, the outbox worker and
commands.
"""
