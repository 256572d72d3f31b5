import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * A suite in Java. It finds the fake in MODELGATES_BASE_URL:
 *
 * <pre>mockgates exec -- mvn -f examples/junit/pom.xml test</pre>
 */
class KeysTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  // A management key of its own gives each test a world of its own.
  private final String world = "sk-mg-mgmt-" + UUID.randomUUID();

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(System.getenv("MODELGATES_BASE_URL") + path))
        .header("Authorization", "Bearer " + world);
  }

  private HttpRequest.Builder create(String body) {
    return request("/keys").header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void aKeyIsListed() throws Exception {
    assertEquals(201, send(create("{\"name\": \"nightly\"}")).statusCode());
    assertTrue(send(request("/keys")).body().contains("\"name\":\"nightly\""));
  }

  @Test
  void aCallCanFail() throws Exception {
    assertEquals(429, send(create("{\"name\": \"nightly\"}").header("Prefer", "code=429")).statusCode());
    assertEquals("{\"data\":[]}", send(request("/keys")).body());
  }
}
