"""Printers: one label at a time, each followed until it is certain whether it came out.

Called by `devices.agent` and `devices.checking`. The journal says `sending` before the first byte leaves. What is not
certain becomes `doubtful` and waits for a person; nothing is sent again unless the printer's own counter proves that
it printed nothing, and then it is reported as another attempt.
"""
