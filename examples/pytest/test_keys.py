"""A suite in Python. It finds the fake in MODELGATES_BASE_URL and MODELGATES_API_KEY:

    mockgates exec -- python3 -m pytest examples/pytest
"""

import json
import os
import urllib.error
import urllib.request
import uuid

import pytest


@pytest.fixture
def world():
    """A management key of its own gives each test a world of its own."""
    return f"sk-mg-mgmt-{uuid.uuid4()}"


def call(token, method, path, body=None, headers=None):
    request = urllib.request.Request(
        os.environ["MODELGATES_BASE_URL"] + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json", **(headers or {})},
    )
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_key_is_listed(world):
    status, _ = call(world, "POST", "/keys", {"name": "nightly"})
    assert status == 201
    _, listed = call(world, "GET", "/keys")
    assert [key["name"] for key in listed["data"]] == ["nightly"]


def test_a_call_can_fail(world):
    status, _ = call(world, "POST", "/keys", {"name": "nightly"}, {"Prefer": "code=429"})
    assert status == 429
    assert call(world, "GET", "/keys")[1]["data"] == []
