"""The service's side of a Beryl channel, version 1, over standard input and output.

docs/spec/channel.md of Beryl describes each byte. Python 3.8 or later, standard library only. Calls are performed one after the other; a
handler may call other services of the peer with `call.ask(service, function, ...)`, as far as the host allows.
"""

import base64
import collections
import hashlib
import hmac
import json
import os
import secrets
import signal
import struct
import sys
import time

HELLO, WELCOME, READY, CALL, ANSWER, CANCEL, KEY, TAKEN, ASK, REPLY = range(1, 11)
FROM_HOST, FROM_SERVICE, WRAP = 1, 2, 3
LABEL = b"beryl/channel/1\x00"
HEAD = struct.Struct(">BBBB8sQQH")  # version, type, direction, keyed, key id, sequence, time, length of the name
FRAME_MAX = 4 * 1024 * 1024
WINDOW_MS = 30_000
REJECTS_MAX = 100  # rejected messages of a connection; an honest host causes none
WAITING_MAX = 1024  # calls that wait while one is performed; a host makes 256 at a time if nothing else is set
ASKS_MAX = 1024  # calls of other services during one call
NO_NONCE = bytes(16)
alarm = getattr(signal, "alarm", lambda seconds: 0)  # not on every system


class Rejected(Exception):
    """A message that is not processed. Its text is the code."""


def hmac256(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def derived(secret, purpose, host_nonce, service_nonce):
    """The key for one direction of one connection, or for hiding new keys."""
    return hmac256(secret, LABEL + bytes([purpose]) + host_nonce + service_nonce)


def encode(kind, direction, key_id, mac_key, sequence, time_ms, name, content):
    name, content = name.encode(), content.encode()
    keyed = 0 if mac_key is None else 1
    body = HEAD.pack(1, kind, direction, keyed, key_id or bytes(8), sequence, time_ms, len(name))
    body += name + struct.pack(">I", len(content)) + content
    if mac_key is not None:
        body += hmac256(mac_key, body)
    return struct.pack(">I", len(body)) + body


def decode(body):
    """Splits a frame without its length. Returns its parts; the MAC is not checked yet."""
    try:
        version, kind, direction, keyed, key_id, sequence, time_ms, name_size = HEAD.unpack_from(body)
        at = HEAD.size + name_size
        (content_size,) = struct.unpack_from(">I", body, at)
        end = at + 4 + content_size
        if version != 1 or keyed not in (0, 1) or end + 32 * keyed != len(body):
            raise Rejected("ERR_CHANNEL_FRAME")
        name, content = body[HEAD.size : at].decode(), body[at + 4 : end].decode()
    except (struct.error, UnicodeDecodeError):
        raise Rejected("ERR_CHANNEL_FRAME") from None
    return kind, direction, keyed, key_id, sequence, time_ms, name, content, body[:end], body[end:]


class Refusal(Exception):
    """Raise it in a handler: the script sees its text."""


class Call(dict):
    """A call: its members by name, and a way to call other services of the peer meanwhile."""

    def __init__(self, content, channel):
        super().__init__(content)
        self.channel, self.asked, self.is_over = channel, 0, False

    def ask(self, service, function, *arguments):
        """Calls another service of the peer. Raises Refusal if the host, or that service, refuses."""
        if self.is_over:
            raise Refusal("the call has ended")
        if self.asked >= ASKS_MAX:
            raise Refusal(f"more than {ASKS_MAX} calls during one")
        ask, self.asked = self.asked, self.asked + 1
        members = {"id": self["id"], "ask": ask, "service": service, "function": function}
        return self.channel.asked({**members, "arguments": list(arguments)})


class Channel:
    def __init__(self, name, bootstrap, source, target):
        if not bootstrap.startswith("beryl-bootstrap-1."):
            raise SystemExit("ERR_CHANNEL_BOOTSTRAP: there is no one-time key")
        text = bootstrap[len("beryl-bootstrap-1.") :]
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        self.name, self.source, self.target = name, source, target
        self.key_id, self.secret = raw[:8], raw[8:]
        self.old = None  # the key before, until the host uses the new one
        self.sent = self.received = self.rejected = 0
        self.waiting = collections.deque()  # calls that came while another one was performed
        self.host_nonce, self.nonce = NO_NONCE, secrets.token_bytes(16)
        self.out_key = derived(self.secret, FROM_SERVICE, NO_NONCE, NO_NONCE)

    def send(self, kind, name, content):
        frame = encode(
            kind, FROM_SERVICE, self.key_id, self.out_key, self.sent, int(time.time() * 1000), name, content
        )
        self.sent += 1
        self.target.write(frame)
        self.target.flush()

    def receive(self):
        """The next message that is proven; None when the host has gone."""
        while True:
            head = self.source.read(4)
            if len(head) < 4:
                return None
            (size,) = struct.unpack(">I", head)
            if size > FRAME_MAX:
                raise SystemExit("ERR_CHANNEL_FRAME: a message is too large")
            alarm(WINDOW_MS // 1000)  # a changed length: the process ends, and the host starts it anew
            body = self.source.read(size)
            alarm(0)
            if len(body) < size:
                return None
            try:
                return self.checked(body)
            except Rejected as why:
                self.rejected += 1
                if self.rejected <= REJECTS_MAX:
                    print(f"a message was rejected: {why}", file=sys.stderr, flush=True)
                if self.rejected >= REJECTS_MAX:
                    raise SystemExit("ERR_CHANNEL_FLOOD: too many messages were rejected") from None
                if self.host_nonce == NO_NONCE or str(why) == "ERR_CHANNEL_FRAME":
                    raise SystemExit(1) from None

    def checked(self, body):
        kind, direction, keyed, key_id, sequence, time_ms, name, content, signed, mac = decode(body)
        if direction != FROM_HOST:
            raise Rejected("ERR_CHANNEL_DIRECTION")
        if not keyed:
            raise Rejected("ERR_CHANNEL_UNKEYED")
        secret = self.secret if key_id == self.key_id else (self.old or {}).get(key_id)
        if secret is None:
            raise Rejected("ERR_CHANNEL_KEY")
        if not hmac.compare_digest(hmac256(derived(secret, FROM_HOST, self.host_nonce, self.nonce), signed), mac):
            raise Rejected("ERR_CHANNEL_MAC")
        if sequence < self.received:
            raise Rejected("ERR_CHANNEL_SEQUENCE")
        if sequence > self.received:
            raise SystemExit("ERR_CHANNEL_SEQUENCE: a message is missing")
        self.received += 1
        if abs(time.time() * 1000 - time_ms) > WINDOW_MS:
            raise Rejected("ERR_CHANNEL_TIME")
        if key_id == self.key_id:
            self.old = None
        return kind, name, json.loads(content)

    def serve(self, functions):
        """Answers calls until the host has gone. `functions`: by name, each gets the arguments and the call."""
        self.send(HELLO, self.name, json.dumps({"nonce": self.nonce.hex()}))
        message = self.receive()
        if message is None or message[0] != WELCOME:
            raise SystemExit("the host gave no welcome")
        self.host_nonce = bytes.fromhex(message[2]["nonce"])
        self.out_key = derived(self.secret, FROM_SERVICE, self.host_nonce, self.nonce)
        self.send(READY, self.name, "{}")
        while (message := self.next_call()) is not None:
            name, content = message
            call = Call(content, self)
            answer = self.answer(functions, name, call)
            call.is_over = True
            self.send(ANSWER, name, json.dumps(answer))

    def next_call(self):
        """The next call; None when the host has gone."""
        while not self.waiting:
            message = self.receive()
            if message is None:
                return None
            if message[0] != REPLY:  # to a call that was cancelled meanwhile
                self.between(*message)
        return self.waiting.popleft()

    def between(self, kind, name, content):
        """Messages that may come at any time."""
        if kind == CALL:
            if len(self.waiting) >= WAITING_MAX:
                raise SystemExit("ERR_CHANNEL_BUSY: too many calls wait")
            self.waiting.append((name, content))
        elif kind == KEY:
            self.take(content)
        elif kind == CANCEL:
            self.waiting = collections.deque(one for one in self.waiting if one[1]["id"] != content["id"])
        else:
            raise SystemExit("ERR_CHANNEL_FRAME: a message of this type cannot come now")

    def asked(self, question):
        """Sends a call of another service, and waits for the reply."""
        self.send(ASK, question["function"], json.dumps(question))
        while True:
            message = self.receive()
            if message is None:
                raise SystemExit("the host has gone")
            kind, name, content = message
            if kind == CANCEL and content["id"] == question["id"]:
                raise Refusal("the call was given up")
            if kind != REPLY:
                self.between(kind, name, content)
            elif (content["id"], content["ask"]) == (question["id"], question["ask"]):
                if "fail" in content:
                    raise Refusal(content["fail"])
                return content["result"]

    def answer(self, functions, name, call):
        handler = functions.get(name)
        try:
            if handler is None:
                raise Refusal(f"this process serves no `{name}`")
            return {"id": call["id"], "result": handler(*call["arguments"], call=call)}
        except Refusal as refusal:
            return {"id": call["id"], "fail": str(refusal), "details": None}
        except Exception as error:  # the script learns that it failed, the log of the host why
            print(f"`{name}` failed: {error!r}", file=sys.stderr, flush=True)
            return {"id": call["id"], "fail": f"`{name}` failed", "details": None}

    def take(self, content):
        """A new key: it hides under the one in use."""
        key_id, hidden = bytes.fromhex(content["id"]), bytes.fromhex(content["wrapped"])
        pad = hmac256(derived(self.secret, WRAP, self.host_nonce, self.nonce), key_id)
        self.send(TAKEN, self.name, json.dumps({"id": key_id.hex()}))
        self.old = {self.key_id: self.secret}
        self.key_id, self.secret = key_id, bytes(a ^ b for a, b in zip(hidden, pad))
        self.out_key = derived(self.secret, FROM_SERVICE, self.host_nonce, self.nonce)


def serve_stdio(name, functions):
    bootstrap = os.environ.pop("BERYL_CHANNEL_KEY", "")
    source, target = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # what a handler prints must not get between the frames
    Channel(name, bootstrap, source, target).serve(functions)
