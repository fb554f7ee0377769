"""Watchers learn whether an app can work, and how busy it is."""

from sqlalchemy import text

from tests.shell.conftest import PAGE

REVISION = text("UPDATE alembic_version SET version_num = 'of_another_release'")


def test_an_app_is_ready_when_its_database_is_and_fits(resident_client, door):
    assert resident_client.get("/readyz").status_code == 200

    with door.operator.write.begin() as connection:
        connection.execute(REVISION)
    answer = resident_client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["code"] == "not-ready"
    assert "upgrade" in resident_client.get("/readyz", headers=PAGE).text
    assert resident_client.get("/healthz").status_code == 200


def test_the_figures_say_what_the_process_is_doing(committee_client):
    said = committee_client.get("/metrics").text

    for name in (
        "write_queue",
        "fact_position",
        "live_sockets",
        "requests_computing",
        "requests_busy_total",
        "reports_busy_total",
    ):
        assert f"\nshequyun_{name} " in said, name
