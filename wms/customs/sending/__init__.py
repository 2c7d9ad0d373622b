"""From an agreed order to a message at the electronic port: attempts, documents, the queue, messages, applications.

Every step is a transaction of its own and may be repeated after a death. It must not read receipts. Called by
`checks`, by the outbox worker and by the office.
"""
