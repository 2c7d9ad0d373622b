"""Who pushes which document for a merchant, where its money must go, and for which company a program speaks.

Called by `checks`, `sending`, the doors for slips, and commands.
"""
