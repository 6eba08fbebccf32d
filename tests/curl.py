"""Minimal replacement for curl with the options -s, -X, -H and -d, which the README and `make run` use.

It writes the status code to standard error, as the tests make the real curl do.
"""

import argparse
import sys
from http.client import HTTPConnection
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 30


def main() -> None:
    """Send one request and print the response."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", "--silent", action="store_true")
    parser.add_argument("-X", "--request")
    parser.add_argument("-H", "--header", action="append", default=[])
    parser.add_argument("-d", "--data")
    parser.add_argument("url")
    arguments = parser.parse_args()
    url = urlsplit(arguments.url)
    headers = dict(header.split(": ", 1) for header in arguments.header)
    connection = HTTPConnection(url.netloc, timeout=_TIMEOUT_SECONDS)
    connection.request(
        arguments.request or ("GET" if arguments.data is None else "POST"),
        f"{url.path}?{url.query}" if url.query else url.path,
        None if arguments.data is None else arguments.data.encode(),
        headers,
    )
    response = connection.getresponse()
    sys.stdout.buffer.write(response.read())
    sys.stderr.write(f"{response.status}\n")
    connection.close()


if __name__ == "__main__":
    main()
