// A suite in JavaScript. It finds the fake in MODELGATES_BASE_URL:
//
//	mockgates exec -- node --test examples/node-test/
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";

// A management key of its own gives each test a world of its own.
const newWorld = () => `sk-mg-mgmt-${randomUUID()}`;

async function call(token, method, path, body, headers = {}) {
  const response = await fetch(process.env.MODELGATES_BASE_URL + path, {
    method,
    body: body && JSON.stringify(body),
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...headers },
  });
  return { status: response.status, body: await response.json() };
}

test("a key is listed", async () => {
  const world = newWorld();
  assert.equal((await call(world, "POST", "/keys", { name: "nightly" })).status, 201);
  const listed = await call(world, "GET", "/keys");
  assert.deepEqual(listed.body.data.map((key) => key.name), ["nightly"]);
});

test("a call can fail", async () => {
  const world = newWorld();
  assert.equal((await call(world, "POST", "/keys", { name: "nightly" }, { Prefer: "code=429" })).status, 429);
  assert.deepEqual((await call(world, "GET", "/keys")).body.data, []);
});
