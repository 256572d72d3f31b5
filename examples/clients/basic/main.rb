# Creates a key. It finds the API in MODELGATES_BASE_URL and MODELGATES_API_KEY.
require "json"
require "net/http"

response = Net::HTTP.post(
  URI(ENV.fetch("MODELGATES_BASE_URL") + "/keys"),
  JSON.generate(name: "nightly", limit: 5),
  "Authorization" => "Bearer #{ENV.fetch("MODELGATES_API_KEY")}",
  "Content-Type" => "application/json"
)
response.value # raises an error unless the status is 2xx
puts "created #{JSON.parse(response.body).dig("data", "label")}"
