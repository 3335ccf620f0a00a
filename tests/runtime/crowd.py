"""Many peers of one sender in one process, who come back as proto/README.md advises.  Reads a line, has each peer submit its own concern (the same one every
time), writes how many were receipted: "round" again until stdin ends.  crowd.py ENDPOINT SERVER PUBLIC SECRET PEERS"""
import random
import sys
import time

import zmq

import area
from triage_client import Client, uuid7

ROUND_SECONDS = 120
AGAIN_SECONDS = 15  # what was written to a connection that broke is lost: it is said again


def main():
    endpoint, server, public, secret = sys.argv[1], *(word.encode() for word in sys.argv[2:5])
    Client.context.max_sockets = 20000
    peers = [Client(endpoint, server, public, secret, reconnect_ms=random.randrange(1000, 10000))
             for _ in range(int(sys.argv[5]))]
    submissions = [{"submissions": [c.submission(area.concern(), uuid7())]} for c in peers]
    poller = zmq.Poller()
    for c in peers:
        poller.register(c.socket, zmq.POLLIN)
    by_socket = {c.socket: i for i, c in enumerate(peers)}
    print("ready", flush=True)
    for _ in sys.stdin:
        waiting, until, ask = set(range(len(peers))), time.monotonic() + ROUND_SECONDS, 0
        while waiting and time.monotonic() < until:
            if time.monotonic() >= ask:
                for i in waiting:
                    peers[i].send("submit", submissions[i])
                ask = time.monotonic() + AGAIN_SECONDS
            for s, _ in poller.poll(200):
                reply = peers[by_socket[s]].receive(0)
                if reply is not None and reply.submit.receipts and reply.submit.receipts[0].adults:
                    waiting.discard(by_socket[s])
        print(len(peers) - len(waiting), flush=True)


if __name__ == "__main__":
    main()
