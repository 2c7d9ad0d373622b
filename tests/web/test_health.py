from flask import Flask

from wms.database.transaction import Database
from wms.web.health import register_health


def test_alive_and_ready_where_the_database_has_our_tables(app: Flask, database: Database) -> None:
    register_health(app, database)
    client = app.test_client()

    assert client.get("/health/live").get_json() == {"status": "alive"}
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.get_json()) == (200, {"status": "ready"})
    assert ready.headers["Cache-Control"] == "no-store"


def test_alive_but_not_ready_before_the_tables_exist(app: Flask, empty_database: Database) -> None:
    register_health(app, empty_database)
    client = app.test_client()

    assert client.get("/health/live").status_code == 200
    ready = client.get("/health/ready")
    assert (ready.status_code, ready.get_json()["reason"]) == (503, "database")
