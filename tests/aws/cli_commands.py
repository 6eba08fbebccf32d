"""Run commands of the AWS CLI in one process, because its imports take long.

Each line of standard input has the arguments of a command, in JSON. Each line of standard output has its exit
code, its output and its errors.
"""

import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

from awscli.clidriver import create_clidriver

if __name__ == "__main__":
    driver = create_clidriver()
    for line in sys.stdin:
        with redirect_stdout(StringIO()) as output, redirect_stderr(StringIO()) as errors:
            code = driver.main(json.loads(line))
        sys.stdout.write(f"{json.dumps([code, output.getvalue(), errors.getvalue()])}\n")
        sys.stdout.flush()
