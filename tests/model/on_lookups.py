"""Look-ups, page by page: search, match and lists of contacts. They change nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from service.model.principal import Scope
from tests.model.answers import INVALID, NO_PROFILE, Answer, Call, told
from tests.model.operation import Operation
from tests.model.world import PHONES, Contact, Domain, Json, same

BUILT_IN = frozenset({"phone", "account", "profile_id", "contact_id"})


def pages(call: Call, method: str, path: str, body: Json, items: str = "items") -> Iterator[tuple[int, Json]]:
    """Yield the answers of a list, from the first page to the last; nothing else ends them."""
    while True:
        sent = (path, body) if method == "POST" else (f"{path}?{urlencode(body)}", None)
        status, page = call(method, *sent)
        yield status, page
        if status != 200 or page["next_cursor"] is None:
            return
        assert len(page[items]) == body["limit"]
        body = body | {"cursor": page["next_cursor"]}


def _all(answers: Iterator[tuple[int, Json]], items: str, say: Any) -> Answer:
    """Return one answer for all pages: what ``say`` makes of each item, sorted; one twice is there twice."""
    said: list[Any] = []
    for status, page in answers:
        if status != 200:
            return told(status, page)
        said += map(say, page[items])
    return Answer(200, None, sorted(said))


@dataclass(frozen=True, kw_only=True)
class Search(Operation):
    """Search profiles by one criterion or two."""

    scope: ClassVar[Scope] = Scope.VIEW
    criteria: list[tuple[str, str]]
    operator: str

    def perform(self, call: Call) -> Answer:
        criteria = [{"key": key, "values": [value]} for key, value in self.criteria]
        body = {"criteria": criteria, "operator": self.operator, "limit": 2}
        answers = pages(call, "POST", "/v1/profiles/search", body)
        return _all(answers, "items", lambda item: item["profile"]["profile_id"])

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        del seen
        if domain.undefined(key for key, _ in self.criteria if key not in BUILT_IN):
            return INVALID
        if domain.are_guesses(self.criteria):
            return INVALID
        found = [domain.holders(key, value) for key, value in self.criteria]
        either = set.intersection(*found) if self.operator == "and" else set.union(*found)
        return Answer(200, None, sorted(either))


@dataclass(frozen=True, kw_only=True)
class Complete(Operation):
    """Search for the beginning of an account number."""

    scope: ClassVar[Scope] = Scope.VIEW
    begun: str

    def perform(self, call: Call) -> Answer:
        body = {"criteria": [{"key": "account", "values": [self.begun]}], "mode": "prefix", "limit": 100}
        answers = pages(call, "POST", "/v1/profiles/search", body)
        return _all(answers, "items", lambda item: item["profile"]["profile_id"])

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        del seen
        accounts = {pid: profile.fields["account_number"] or "" for pid, profile in domain.profiles.items()}
        found = [
            pid for pid, account in accounts.items() if account.casefold().startswith(self.begun.casefold())
        ]
        return Answer(200, None, sorted(found))


@dataclass(frozen=True, kw_only=True)
class Match(Operation):
    """Find out who is calling, by a number or first by an account number that the contact brings."""

    scope: ClassVar[Scope] = Scope.VIEW
    contact_id: str
    phone: str
    account: str | None

    def perform(self, call: Call) -> Answer:
        body: Json = {"channel": "voice", "phone_number": self.phone, "limit": 1}
        if self.account:
            body["attributes"] = {"profileSearchKey": "account", "profileSearchValue": self.account}
        found: list[str] = []
        for status, page in pages(call, "POST", f"/v1/contacts/{self.contact_id}/match", body, "candidates"):
            if status != 200:
                return told(status, page)
            found += [candidate["profile"]["profile_id"] for candidate in page["candidates"]]
            stands = page["association"]
        return Answer(200, None, (page["outcome"], sorted(found), stands and stands["profile_id"]))

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        del seen
        current = domain.contacts.get(self.contact_id, Contact()).current
        found = self._found(domain)
        # All that are found in a stage agree on the same tier; more keys do not make one better.
        outcome = ("none", "unique")[len(found)] if len(found) < 2 else "ambiguous"
        return Answer(200, None, (outcome, sorted(found), current and current[0]))

    def _found(self, domain: Domain) -> set[str]:
        if self.account:
            found = domain.holders("account", self.account)
            if found or not domain.settings.get("search_value_falls_back", True):
                return found
        ignored = {PHONES[value] for value in domain.settings.get("ignored_values", {}).get("phone", ())}
        by_phone = "phone" in domain.settings.get("match_keys", {}).get("voice", ["phone"])
        return (
            domain.holders("phone", self.phone)
            if by_phone and same("phone", self.phone) not in ignored
            else set()
        )


@dataclass(frozen=True, kw_only=True)
class Contacts(Operation):
    """List contacts, newest first: of a profile, of an agent, of a channel, or all of them."""

    scope: ClassVar[Scope] = Scope.VIEW
    which: dict[str, str]
    of_profile: bool
    """Whether it is asked under the profile's path."""

    def perform(self, call: Call) -> Answer:
        which = dict(self.which)
        path = (
            f"/v1/profiles/{which.pop('profile_id')}/contacts" if self.of_profile else "/v1/contacts/search"
        )
        method = "GET" if self.of_profile else "POST"
        answers = list(pages(call, method, path, {**which, "limit": 1}))
        times = [item["created_at"] for _, page in answers for item in page.get("items", ())]
        assert times == sorted(times, reverse=True)
        return _all(iter(answers), "items", lambda item: item["contact_id"])

    def expected(self, domain: Domain, seen: Answer) -> Answer:
        del seen
        if self.of_profile and self.which["profile_id"] not in domain.profiles:
            return NO_PROFILE
        return Answer(
            200, None, sorted(cid for cid, contact in domain.contacts.items() if self._lets(contact))
        )

    def _lets(self, contact: Contact) -> bool:
        profile_id, agent_id = contact.current or (None, None)
        has = {"profile_id": profile_id, "agent_id": agent_id, "channel": contact.channel}
        return all(has[name] == value for name, value in self.which.items())
