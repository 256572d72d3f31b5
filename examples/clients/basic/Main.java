import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;

/** Creates a key. It finds the API in MODELGATES_BASE_URL and MODELGATES_API_KEY. */
class Main {
  public static void main(String[] args) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(System.getenv("MODELGATES_BASE_URL") + "/keys"))
            .header("Authorization", "Bearer " + System.getenv("MODELGATES_API_KEY"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"name\": \"nightly\", \"limit\": 5}"))
            .build();
    var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    if (response.statusCode() != 201) {
      throw new IllegalStateException("status " + response.statusCode());
    }
    System.out.println("created " + response.body().replaceAll("(?s).*\"label\":\"([^\"]*)\".*", "$1"));
  }
}
