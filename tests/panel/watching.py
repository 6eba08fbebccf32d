"""Watches what pages do: errors in the console, and requests to other origins."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, WebError


class Watch:
    """Collects errors and the origins of all requests of a browser context."""

    def __init__(self, context: BrowserContext) -> None:
        """Begin with the next page of the context."""
        self.errors: list[str] = []
        self.origins: set[str] = set()
        self._expected: list[re.Pattern[str]] = []
        self._allowed: set[str] = set()
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("request", self._request)

    def expect(self, pattern: str) -> None:
        """Ignore errors that match the pattern, such as those of a request that fails on purpose."""
        self._expected.append(re.compile(pattern))

    def allow(self, origin: str) -> None:
        """Allow requests to another origin."""
        self._allowed.add(origin)

    def check(self, origins: set[str]) -> None:
        """Assert that there were no errors, and no requests to other origins."""
        unexpected = [text for text in self.errors if not any(each.search(text) for each in self._expected)]
        assert not unexpected, unexpected
        foreign = self.origins - origins - self._allowed
        assert not foreign, foreign

    def _console(self, message: ConsoleMessage) -> None:
        # Browsers report a violation of a policy as an error.
        if message.type in {"error", "warning"}:
            self.errors.append(message.text)

    def _error(self, error: WebError) -> None:
        self.errors.append(str(error.error))

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in {"data", "about"}:
            self.origins.add(f"{url.scheme}://{url.netloc}")
