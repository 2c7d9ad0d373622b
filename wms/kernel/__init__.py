"""Values every slice speaks in: quantities, money, identities, time, refusals, errors.

Standard library only; it must reach no framework, no database and no file. Called by everybody.
"""
