"""The demo: a bonded warehouse of our own invention, and a working day played in it through the HTTP doors.

`site` and what it is made of (goods, customers, people, layout) write through the slices' services like any set-up;
`shift` and its people know nothing but HTTP and what one sees in a warehouse. Called by `wms.cli`; nothing of the
product may depend on it.
"""
