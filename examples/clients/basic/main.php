<?php
// Creates a key. It finds the API in MODELGATES_BASE_URL and MODELGATES_API_KEY.
$body = file_get_contents(getenv('MODELGATES_BASE_URL') . '/keys', false, stream_context_create(['http' => [
    'method' => 'POST',
    'header' => ['Authorization: Bearer ' . getenv('MODELGATES_API_KEY'), 'Content-Type: application/json'],
    'content' => json_encode(['name' => 'nightly', 'limit' => 5]),
    'timeout' => 10,
]]));
if ($body === false) { // a status that is not 2xx too
    exit(1);
}
echo 'created ', json_decode($body)->data->label, "\n";
