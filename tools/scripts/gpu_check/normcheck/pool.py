"""Runs items in a worker process, and starts a new one when it is lost."""

import json
import os
import queue
import subprocess
import sys
import threading
import time

_START_SECONDS = 120
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def get_environment():
    """So that a process finds this package, whatever its folder is."""
    paths = [HERE, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}


class WorkerError(Exception):
    pass


class Pool:
    def __init__(self, folder, seed, log, command=None):
        self.command = command or [
            sys.executable,
            "-m",
            "normcheck.worker",
            folder,
            str(seed),
        ]
        self.log = log
        self.process, self.lines, self.reader = None, None, None

    def _start(self):
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            encoding="utf-8",
            env=get_environment(),
        )
        self.lines = queue.Queue()

        def read(stream, lines):
            for line in stream:
                lines.put(line)
            lines.put(None)

        self.reader = threading.Thread(
            target=read, args=(self.process.stdout, self.lines), daemon=True
        )
        self.reader.start()
        message = self._next(_START_SECONDS)
        if not message or "ready" not in message:
            self.stop()
            raise WorkerError((message or {}).get("fatal", "the worker does not start"))

    def _next(self, seconds):
        """The next message; None when the process has ended or is too slow."""
        try:
            line = self.lines.get(timeout=seconds)
        except queue.Empty:
            return None
        return json.loads(line) if line else None

    def run(self, item, patience):
        """Yields results, and at the end a text that says what went wrong, if
        anything did."""
        if self.process is None:
            self._start()
        line = {
            "section": item.section,
            "name": item.name,
            "quick": item.quick,
            "options": item.options,
        }
        end = time.monotonic() + patience
        try:
            self.process.stdin.write(json.dumps(line) + "\n")
            self.process.stdin.flush()
        except OSError:
            pass  # The process has ended: there is no answer.
        while True:
            message = self._next(max(0.1, end - time.monotonic()))
            if message is None:
                hangs = self.process.poll() is None and time.monotonic() >= end
                status = self.stop()
                yield (
                    f"no answer after {patience:.0f} s"
                    if hangs
                    else f"the process ended with status {status}"
                )
                return
            if "result" in message:
                yield message["result"]
            elif "failure" in message:
                self.stop()
                yield f"{message['failure']} ({message['at']})"
                return
            elif "done" in message:
                return

    def stop(self):
        if self.process is None:
            return None
        process, self.process = self.process, None
        if process.poll() is None:
            process.stdin.close()
            try:
                process.wait(timeout=3)
            except subprocess.TimeoutExpired:
                process.kill()
        status = process.wait()
        self.reader.join()
        process.stdout.close()
        if not process.stdin.closed:
            process.stdin.close()
        return status
