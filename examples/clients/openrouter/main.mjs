// Creates a key with the published client @openrouter/sdk and its default retries.
// MOCKGATES_OPENROUTER_SDK is the folder node_modules that holds it.
import { pathToFileURL } from "node:url";

const folder = process.env.MOCKGATES_OPENROUTER_SDK;
const { OpenRouter } = await import(pathToFileURL(`${folder}/@openrouter/sdk/esm/index.js`));

const client = new OpenRouter({
  apiKey: process.env.MODELGATES_API_KEY,
  serverURL: process.env.MODELGATES_BASE_URL,
});

// Since some version the client wants a property external_user in the response,
// which ModelGates does not document. It has the key nonetheless.
function keyOf(error) {
  return error.name === "ResponseValidationError" && error.statusCode === 201 ? error.rawValue?.key : undefined;
}

try {
  const created = await client.apiKeys.create({ requestBody: { name: "nightly", limit: 5 } });
  console.log("created", created.key.slice(0, 12));
} catch (error) {
  const key = keyOf(error);
  if (key) {
    console.log("created", key.slice(0, 12));
  } else {
    console.error("openrouter:", error.pretty ? error.pretty() : String(error));
    process.exitCode = 1;
  }
}
