"""Operations that only read, page by page: search, match and lists of contacts."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from service.model.principal import Scope
from tests.model.operation import Operation
from tests.model.responses import INVALID, NO_PROFILE, Call, Response, to_response
from tests.model.world import PHONES, Contact, Domain, Json, normalised

BUILT_IN = frozenset({"phone", "account", "profile_id", "contact_id"})


def pages(call: Call, method: str, path: str, body: Json, items: str = "items") -> Iterator[tuple[int, Json]]:
    """Yield the status and the body of each page of a list."""
    while True:
        target = (path, body) if method == "POST" else (f"{path}?{urlencode(body)}", None)
        status, page = call(method, *target)
        yield status, page
        if status != 200 or page["next_cursor"] is None:
            return
        assert len(page[items]) == body["limit"]
        body = body | {"cursor": page["next_cursor"]}


def _combine_pages(responses: Iterator[tuple[int, Json]], items: str, read: Any) -> Response:
    """Combine all pages into one response. Its content is the sorted list of ``read(item)`` for all items."""
    content: list[Any] = []
    for status, page in responses:
        if status != 200:
            return to_response(status, page)
        content += map(read, page[items])
    return Response(200, None, sorted(content))


@dataclass(frozen=True, kw_only=True)
class Search(Operation):
    """Search profiles by one or two criteria."""

    scope: ClassVar[Scope] = Scope.VIEW
    criteria: list[tuple[str, str]]
    operator: str

    def perform(self, call: Call) -> Response:
        criteria = [{"key": key, "values": [value]} for key, value in self.criteria]
        body = {"criteria": criteria, "operator": self.operator, "limit": 2}
        responses = pages(call, "POST", "/v1/profiles/search", body)
        return _combine_pages(responses, "items", lambda item: item["profile"]["profile_id"])

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        if domain.undefined(key for key, _ in self.criteria if key not in BUILT_IN):
            return INVALID
        if domain.are_guesses(self.criteria):
            return INVALID
        holders = [domain.holders(key, value) for key, value in self.criteria]
        matches = set.intersection(*holders) if self.operator == "and" else set.union(*holders)
        return Response(200, None, sorted(matches))


@dataclass(frozen=True, kw_only=True)
class PrefixSearch(Operation):
    """Search for a prefix of an account number."""

    scope: ClassVar[Scope] = Scope.VIEW
    prefix: str

    def perform(self, call: Call) -> Response:
        body = {"criteria": [{"key": "account", "values": [self.prefix]}], "mode": "prefix", "limit": 100}
        responses = pages(call, "POST", "/v1/profiles/search", body)
        return _combine_pages(responses, "items", lambda item: item["profile"]["profile_id"])

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        accounts = {pid: profile.fields["account_number"] or "" for pid, profile in domain.profiles.items()}
        matches = [
            pid for pid, account in accounts.items() if account.casefold().startswith(self.prefix.casefold())
        ]
        return Response(200, None, sorted(matches))


@dataclass(frozen=True, kw_only=True)
class Match(Operation):
    """Match a contact by its account number, if any, and by its phone number."""

    scope: ClassVar[Scope] = Scope.VIEW
    contact_id: str
    phone: str
    account: str | None

    def perform(self, call: Call) -> Response:
        body: Json = {"channel": "voice", "phone_number": self.phone, "limit": 1}
        if self.account:
            body["attributes"] = {"profileSearchKey": "account", "profileSearchValue": self.account}
        matches: list[str] = []
        for status, page in pages(call, "POST", f"/v1/contacts/{self.contact_id}/match", body, "candidates"):
            if status != 200:
                return to_response(status, page)
            matches += [candidate["profile"]["profile_id"] for candidate in page["candidates"]]
            current = page["association"]
        return Response(200, None, (page["outcome"], sorted(matches), current and current["profile_id"]))

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        current = domain.contacts.get(self.contact_id, Contact()).current
        matches = self._matches(domain)
        # All matches of one step have the same tier.
        outcome = ("none", "unique")[len(matches)] if len(matches) < 2 else "ambiguous"
        return Response(200, None, (outcome, sorted(matches), current and current[0]))

    def _matches(self, domain: Domain) -> set[str]:
        if self.account:
            holders = domain.holders("account", self.account)
            if holders or not domain.settings.get("search_value_falls_back", True):
                return holders
        ignored = {PHONES[value] for value in domain.settings.get("ignored_values", {}).get("phone", ())}
        by_phone = "phone" in domain.settings.get("match_keys", {}).get("voice", ["phone"])
        return (
            domain.holders("phone", self.phone)
            if by_phone and normalised("phone", self.phone) not in ignored
            else set()
        )


@dataclass(frozen=True, kw_only=True)
class ListContacts(Operation):
    """List contacts, newest first, with optional filters."""

    scope: ClassVar[Scope] = Scope.VIEW
    filters: dict[str, str]
    of_profile: bool
    """True if the operation uses the path of the profile."""

    def perform(self, call: Call) -> Response:
        filters = dict(self.filters)
        path = (
            f"/v1/profiles/{filters.pop('profile_id')}/contacts" if self.of_profile else "/v1/contacts/search"
        )
        method = "GET" if self.of_profile else "POST"
        responses = list(pages(call, method, path, {**filters, "limit": 1}))
        times = [item["created_at"] for _, page in responses for item in page.get("items", ())]
        assert times == sorted(times, reverse=True)
        return _combine_pages(iter(responses), "items", lambda item: item["contact_id"])

    def expected(self, domain: Domain, actual: Response) -> Response:
        del actual
        filters = dict(self.filters)
        if "profile_id" in filters:
            filters["profile_id"] = domain.living(filters["profile_id"])
        if self.of_profile and filters["profile_id"] not in domain.profiles:
            return NO_PROFILE
        listed = [cid for cid, contact in domain.contacts.items() if self._is_listed(contact, filters)]
        return Response(200, None, sorted(listed))

    def _is_listed(self, contact: Contact, filters: dict[str, str]) -> bool:
        profile_id, agent_id = contact.current or (None, None)
        values = {"profile_id": profile_id, "agent_id": agent_id, "channel": contact.channel}
        return all(values[name] == value for name, value in filters.items())
