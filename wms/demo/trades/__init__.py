"""The people of the shift, a room per trade: each follows the screens of a handheld, and errs at times.

A person sees the screen, the goods in his hands and the labels in front of him, and scans. What he does next depends on
the step that the service asks for, never on what he believes it should be. Called by `wms.demo.shift`.
"""
