"""Keys for tests. They guard nothing."""

PERSONAL_DATA_KEYS = ("a2V5cy1mb3ItdGVzdHMtZ3VhcmQtbm90aGluZy0xMjM=",)
