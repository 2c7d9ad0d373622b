"""The database: declarative base, what differs between SQLite and PostgreSQL, the one place that commits, migrations.

It knows no slice. Every slice's `tables` and `service` builds on it.
"""
