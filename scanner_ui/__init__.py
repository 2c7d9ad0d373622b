"""The handheld's pages: words, HTML, scripts and styles of the one generic screen that renders every step.

It turns values of `wms.tasks` into words and back into nothing: it decides nothing and sees no tables. `wms.app` wires
its blueprint; handhelds and browsers are its callers.
"""
