"""Who may do what: operators with badge and PIN, roles, sign-ins, API tokens, the audit trail.

It must not know what the work is; slices name a capability and ask. Called by every `views` room (who is calling), by
services that record a supervisor's act, and by the command line (creating people and tokens).
"""
