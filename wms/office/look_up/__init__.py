"""Look-up: any code is asked what it is, where it is, what it waits for, and its life. Reads only, changes nothing.

The handheld asks from every screen without touching the task under way; `wms.app` hands `LookUp` to the page. What is
said comes from the slices' own reading rooms and from the journal; nothing is kept twice.
"""
