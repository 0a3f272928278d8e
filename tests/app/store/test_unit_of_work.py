from tests.builders.accounts import an_actor


def test_smoke(work, client, sign_in_as):
    with work() as unit:
        actor = an_actor(unit)
    assert client.get("/healthz").status_code == 200
    sign_in_as(client, actor)
    page = client.get("/workbench")
    assert page.status_code == 200, page.text
    assert "采购人" in page.text
