"""HTTPS requests to the gateway, trusting the platform's own authority."""

import json
import ssl
import urllib.error
import urllib.request


class Answer:
    def __init__(self, status, body, headers):
        self.status, self.body, self.headers = status, body, headers

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:2000]!r}"


def request(platform, path, body=None, content_type=None, key=None, seconds=30):
    """GET without a body, else POST."""
    connection = platform.connection()
    context = ssl.create_default_context(cafile=connection["authorities"])
    headers = {"Content-Type": content_type} if content_type else {}
    if key:
        headers["Authorization"] = f"Bearer {key}"
    call = urllib.request.Request(
        f"https://{connection['https_address']}{path}", data=body, headers=headers
    )
    try:
        with urllib.request.urlopen(call, context=context, timeout=seconds) as answer:
            return Answer(answer.status, answer.read(), answer.headers)
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read(), error.headers)


def invoke(platform, endpoint, body, content_type, key, seconds=30):
    path = f"/endpoints/{endpoint}/invocations"
    return request(platform, path, body, content_type, key, seconds)
