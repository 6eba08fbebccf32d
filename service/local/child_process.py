"""Start child processes. On Linux, they end when this process ends for any reason.

``spawn`` runs this file as a script in the child. The script asks Linux to end the child with its parent,
then replaces itself with the program. (A ``preexec_fn`` could do the same, but it is not safe if the parent
has threads.) The script runs in isolated mode (``-I -S``), so it can import only the standard library.
"""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

# From <linux/prctl.h>.
_PR_SET_PDEATHSIG = 1


def spawn(
    argv: Sequence[str],
    *,
    death_signal: signal.Signals,
    output: IO[bytes] | None = None,
    env: Mapping[str, str] | None = None,
    pass_fds: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start ``argv`` in its own session. On Linux the child gets ``death_signal`` when this process ends.

    In its own session the child gets no Ctrl-C from the terminal, so the parent decides what stops first.
    ``argv`` begins with the path of the program. If it cannot be executed, the child exits with 127. Raises
    ``RuntimeError`` outside the main thread: Linux sends the signal when the *thread* that forked ends.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError(
            "start child processes from the main thread: they end with the thread that starts them"
        )
    launcher = [sys.executable, "-I", "-S", str(Path(__file__).resolve())]
    return subprocess.Popen(  # noqa: S603 - the program is ours or the bundled mongod
        [*launcher, str(death_signal.value), str(os.getpid()), *argv],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env=env,
        pass_fds=pass_fds,
        start_new_session=True,
    )


def stop(process: subprocess.Popen[bytes], timeout: float) -> None:
    """Terminate a process that ``spawn`` started, and wait for its end.

    If it has not ended after ``timeout`` seconds, kill its process group.
    """
    process.terminate()
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        # The group includes gunicorn's workers, which would keep the port.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _exec(death_signal: int, parent: int, argv: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        # The parent ended before the call of prctl, so Linux would not send the signal.
        sys.exit(1)
    try:
        os.execv(argv[0], argv)  # noqa: S606 - as in spawn
    except OSError as error:
        sys.stderr.write(f"{argv[0]}: {error.strerror}\n")
        sys.exit(127)  # as a shell does


if __name__ == "__main__":
    _exec(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
