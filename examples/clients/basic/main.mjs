// Creates a key. It finds the API in MODELGATES_BASE_URL and MODELGATES_API_KEY.
const response = await fetch(process.env.MODELGATES_BASE_URL + "/keys", {
  method: "POST",
  headers: { Authorization: `Bearer ${process.env.MODELGATES_API_KEY}`, "Content-Type": "application/json" },
  body: JSON.stringify({ name: "nightly", limit: 5 }),
});
if (!response.ok) throw new Error(`status ${response.status}`);
console.log("created", (await response.json()).data.label);
