"""Creates a key. It finds the API in MODELGATES_BASE_URL and MODELGATES_API_KEY."""

import json
import os
import urllib.request

request = urllib.request.Request(
    os.environ["MODELGATES_BASE_URL"] + "/keys",
    data=json.dumps({"name": "nightly", "limit": 5}).encode(),
    headers={
        "Authorization": "Bearer " + os.environ["MODELGATES_API_KEY"],
        "Content-Type": "application/json",
    },
)
with urllib.request.urlopen(request, timeout=10) as response:
    print("created", json.load(response)["data"]["label"])
