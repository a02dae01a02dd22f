"""An IDE in the place of the IDE: the client's side of Arduino's pluggable discovery specification."""

import json
import queue
import subprocess
import threading
import time


class Client:
    """An IDE that starts a discovery."""

    def __init__(self, *command):
        self.process = subprocess.Popen([str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True)
        self.messages = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.messages.put(json.loads(line))
        self.messages.put(None)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self, seconds=10):
        return self.messages.get(timeout=seconds)

    def ask(self, line):
        self.say(line)
        return self.hear()

    def answer(self, line, event):
        """Says a line in events mode: events may come before its answer."""
        self.say(line)
        while (message := self.hear())["eventType"] in ("add", "remove"):
            pass
        assert message == {"eventType": event, "message": "OK"}

    def wait_for(self, event, address, seconds=30):
        """The next event of this kind about this address."""
        end = time.monotonic() + seconds
        while True:
            message = self.hear(max(0.01, end - time.monotonic()))
            assert message is not None, "the discovery has ended"
            if message["eventType"] == event and message["port"]["address"] == address:
                return message["port"]

    def end(self):
        """@return its exit code, after all that it had to say was heard"""
        code = self.process.wait(timeout=10)
        self.process.stdin.close()
        return code
