"""Creates a key, and survives every fault of the API.

A request that failed may have created the key. Nobody can read the secret of a key
again, so before each attempt the client deletes the key that an attempt before has
left. The name must therefore be its own. It waits as long as Retry-After asks, and
does not repeat what cannot succeed.
"""

import email.utils
import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request

NAME = "nightly"
PAUSE = 0.02  # seconds before an attempt, if the API does not say how long
PATIENCE = 10  # seconds, longest wait for one attempt


class Failure(Exception):
    """An attempt that did not succeed. The status is 0 if no complete response arrived."""

    def __init__(self, message, status=0, wait=PAUSE):
        super().__init__(message)
        self.status, self.wait = status, wait

    def final(self):
        return 400 <= self.status < 500 and self.status != 429 or self.wait > PATIENCE


def retry_after(value):
    """Returns the seconds that the header asks for, as a number or as a date."""
    if value and value.isascii() and value.isdigit():
        return max(PAUSE, int(value))
    try:
        return max(PAUSE, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return PAUSE


def call(method, path, body=None):
    request = urllib.request.Request(
        os.environ["MODELGATES_BASE_URL"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": "Bearer " + os.environ["MODELGATES_API_KEY"],
            "Content-Type": "application/json",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            if response.headers.get_content_type() != "application/json":
                raise Failure("the response is not JSON")
            return json.load(response)
    except urllib.error.HTTPError as error:
        raise Failure(str(error), error.code, retry_after(error.headers["Retry-After"])) from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Failure(str(error)) from error


def delete_own():
    for key in call("GET", "/keys")["data"]:
        if key["name"] != NAME:
            continue
        try:
            call("DELETE", "/keys/" + key["hash"])
        except Failure as failure:
            if failure.status == 404:  # an attempt before may have deleted it: look again
                raise Failure(str(failure)) from failure
            raise


for _ in range(5):
    try:
        delete_own()
        print("created", call("POST", "/keys", {"name": NAME, "limit": 5})["key"][:12])
        sys.exit(0)
    except Failure as failure:
        print("careful:", failure, file=sys.stderr)
        if failure.final():
            break
        time.sleep(failure.wait)
sys.exit(1)
