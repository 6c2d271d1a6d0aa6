"""A service around `Verifier` of docs/verify.md: GET /me tells whose token came."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from verify import KeysUnavailable, Verifier

verifier = Verifier(
    os.environ["PORTCULLIS_ISSUER"],
    os.environ.get("PORTCULLIS_AUDIENCE"),
    os.environ.get("ALGORITHMS", "ES256").split(","),
)


def me(authorization):
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        return 401, {}
    try:
        return 200, {"id": verifier.verify(token)["sub"]}
    except jwt.InvalidTokenError as error:
        return 401, {"error": str(error)}
    except KeysUnavailable:
        return 503, {}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status, body = me(self.headers.get("Authorization", "")) if self.path == "/me" else (404, {})
        body = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


host, port = os.environ["LISTEN"].split(":")
ThreadingHTTPServer((host, int(port)), Handler).serve_forever()
