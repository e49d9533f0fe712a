"""S-7: several senders at one vault: no text twice, and none overtaken for a minute by texts that were due after it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from cli.bench import many_texts
from cli.bench.bare_client import BareClient
from cli.bench.senders import Place, Process, account_at, phone_company, sender
from crypto.keyring import KeyPaths, Keyring
from outreach.records.engine import Vault
from outreach.records.work import Text

STARVED = timedelta(seconds=60)


class Senders:
    """One vault of due texts, one phone company, and as many senders as asked for."""

    def __init__(self, vault: Vault, place: Place) -> None:
        self.vault, self.place = vault, place

    def send_all(self, *, texts: int, senders: int) -> None:
        """Let all of them send until nothing is due, and check what came of it."""
        many_texts.build(self.vault, texts, now=datetime.now(UTC))
        company = Process(phone_company)
        working = [Process(sender, self.place, company.said) for _ in range(senders)]
        try:
            for each in working:
                each.ask(0)
            sent = [each.answer()[0] for each in working]
            company.ask("how many")
            different, again = company.answer()
        finally:
            for each in (*working, company):
                each.close()
        assert again == 0, f"{again} texts left twice"
        assert (different, sum(sent)) == (texts, texts)
        self._check_order()

    def _check_order(self) -> None:
        with self.vault.reading() as session:
            states = Counter(dict(session.execute(select(Text.state, func.count()).group_by(Text.state)).all()))
            claimed = session.scalars(select(Text.claimed_at).order_by(Text.release_at)).all()
        assert set(states) == {"accepted"}
        earliest_later = datetime.max.replace(tzinfo=UTC)
        for at in reversed(claimed):
            assert at is not None
            assert at - earliest_later < STARVED, "a text was starved"
            earliest_later = min(earliest_later, at)


@pytest.fixture
def all_senders(vault: Vault, vault_url: str, spool_address: str, key_paths: KeyPaths, keyring: Keyring) -> Senders:
    place = Place(key_paths, Path(key_paths.keys.parent / "root.key"), vault_url, spool_address)
    return Senders(vault, place)


@pytest.mark.req("S-7")
@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_two_senders_send_each_text_once(all_senders: Senders) -> None:
    all_senders.send_all(texts=300, senders=2)


@pytest.mark.assurance
@pytest.mark.req("S-7")
@pytest.mark.parametrize("senders", [2, 4])
@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_twenty_thousand_texts_leave_once_each_and_in_their_order(all_senders: Senders, senders: int) -> None:
    all_senders.send_all(texts=20_000, senders=senders)


@pytest.mark.req("S-7")
def test_planted_text_accepted_twice_is_counted() -> None:
    company = Process(phone_company)
    client = BareClient(account_at(company.said))
    for _ in range(2):
        client.post("+13365550199")
    company.ask("how many")

    assert company.answer() == (1, 1)
    company.close()
