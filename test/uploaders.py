"""Senders that talk to a board by socket, as other people's uploaders do and as nobody should."""

import socket
import struct
import time


def connect(board, timeout=10):
    return socket.create_connection(("127.0.0.1", board.port), timeout=timeout)


def read_to_end(connection, timeout=10):
    """Everything that the board says, until it closes. Raises ConnectionResetError if it resets."""
    connection.settimeout(timeout)
    said = b""
    while piece := connection.recv(4096):
        said += piece
    return said


def push_raw(board, stream, chunk=65536):
    """Sends `stream` and nothing else, then reads the answer while keeping the connection open."""
    with connect(board) as connection:
        for at in range(0, len(stream), chunk):
            connection.sendall(stream[at:at + chunk])
        return read_to_end(connection)


def last_line(said):
    lines = said.decode().splitlines()
    return lines[-1] if lines else ""


class StockUploader:
    """Sends 12 bytes, then 1024 bytes a time; never reads an answer; waits until the board closes.

    A reset kills the real one by SIGPIPE, and without a close it hangs for ever.
    """

    def __init__(self, board):
        self.connection = connect(board, timeout=20)

    def push(self, announcement, file):
        self.connection.sendall(announcement)
        for at in range(0, len(file), 1024):
            self.connection.sendall(file[at:at + 1024])
        read_to_end(self.connection, timeout=20)  # only to see the close: what was said is of no use to it
        self.connection.close()
        return "Client Disconnected."


def reset(connection):
    """Ends a connection as a crash or a router does: by RST, with no FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def send_at_leisure(connection, data, pause=0.01, chunk=4096):
    """Sends with pauses, so that the board has read, judged and answered before the last bytes go out."""
    for at in range(0, len(data), chunk):
        connection.sendall(data[at:at + chunk])
        time.sleep(pause)
