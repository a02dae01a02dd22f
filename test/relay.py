"""Somebody between an uploader and a board, who records what passes, and may change it."""

import socket
import threading


class Relay:
    """Listens on a free port of loopback and passes each connection on to the board.

    `spoil(data, to_board, passed)` may give back other bytes; `passed` counts those that went this way before.
    """

    def __init__(self, board, spoil=lambda data, to_board, passed: data):
        self.board, self.spoil = board, spoil
        self.recorded = {True: bytearray(), False: bytearray()}  # by direction: to the board, from it
        self.pieces = []  # (to the board?, bytes), in order
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    def _accept(self):
        while True:
            try:
                uploader, _ = self.listener.accept()
                board = socket.create_connection(("127.0.0.1", self.board.port), timeout=10)
            except OSError:
                return
            for source, sink, to_board in ((uploader, board, True), (board, uploader, False)):
                thread = threading.Thread(target=self._pass, args=(source, sink, to_board), daemon=True)
                self.threads.append(thread)
                thread.start()

    def _pass(self, source, sink, to_board):
        source.settimeout(30)
        try:
            while data := source.recv(65536):
                self.pieces.append((to_board, data))
                recorded = self.recorded[to_board]
                spoiled = self.spoil(data, to_board, len(recorded))
                recorded += data
                sink.sendall(spoiled)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            for end in (source, sink):
                end.close()

    @property
    def heard(self):
        """All that passed, in both directions."""
        return bytes(self.recorded[True]) + b"|" + bytes(self.recorded[False])

    def close(self):
        self.listener.close()
