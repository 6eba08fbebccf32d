"""As much of curl as the README and `make run` use, for machines that have none: -s, -X, -H and -d.

Like the tests' way of calling the real one, it writes the status to the standard error.
"""

import argparse
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

_SECONDS = 30


def main() -> None:
    """Send one request and write out its answer."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", "--silent", action="store_true")
    parser.add_argument("-X", "--request")
    parser.add_argument("-H", "--header", action="append", default=[])
    parser.add_argument("-d", "--data")
    parser.add_argument("url")
    given = parser.parse_args()
    url = urlsplit(given.url)
    headers = dict(header.split(": ", 1) for header in given.header)
    connection = HTTPConnection(url.netloc, timeout=_SECONDS)
    connection.request(
        given.request or ("GET" if given.data is None else "POST"),
        f"{url.path}?{url.query}" if url.query else url.path,
        None if given.data is None else given.data.encode(),
        headers,
    )
    answer = connection.getresponse()
    sys.stdout.buffer.write(answer.read())
    sys.stderr.write(f"{answer.status}\n")
    connection.close()


if __name__ == "__main__":
    main()
