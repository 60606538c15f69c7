import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Calls 1887 as the Java sample that market vendors hand out does: a percent-encoded form under an
 * AppCode, and a refusal read from the header X-Ca-Error-Message by its exact name, unguarded.
 */
public final class AliyunClient {
  private static final String CLIENT = "java.net.HttpURLConnection";
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  public static void main(String[] args) throws Exception {
    JsonObject hello = new JsonObject();
    hello.addProperty("client", CLIENT);
    OUT.println(hello);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonObject order = new Gson().fromJson(line, JsonObject.class);
      JsonObject answer = read(order);
      answer.addProperty("client", CLIENT);
      for (String name : new String[] {"case", "mode", "verb"}) answer.add(name, order.get(name));
      OUT.println(answer);
    }
  }

  private static JsonObject read(JsonObject order) throws IOException {
    HttpURLConnection connection = send(order);
    JsonObject answer = new JsonObject();
    if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
      answer.add("error", refusal(connection));
      return answer;
    }
    try (InputStream body = connection.getInputStream()) {
      String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
      JsonObject reply = new Gson().fromJson(text, JsonObject.class);
      answer.add("result", reply.get("code"));
      answer.add("description", reply.get("message"));
      answer.add("requestId", reply.get("seqNo"));
      JsonElement data = reply.get("data");
      if (data.isJsonObject()) answer.add("state", data.getAsJsonObject().get("state"));
    }
    return answer;
  }

  private static HttpURLConnection send(JsonObject order) throws IOException {
    URL url = new URL(order.get("endpoint").getAsString() + "/communication/personal/1887");
    HttpURLConnection connection = (HttpURLConnection) url.openConnection();
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setRequestProperty("Authorization", "APPCODE " + order.get("id").getAsString());
    connection.setRequestProperty(
        "Content-Type", "application/x-www-form-urlencoded; charset=UTF-8");
    StringJoiner form = new StringJoiner("&");
    for (Map.Entry<String, JsonElement> field : order.getAsJsonObject("parameters").entrySet()) {
      String value = URLEncoder.encode(field.getValue().getAsString(), StandardCharsets.UTF_8);
      form.add(field.getKey() + "=" + value);
    }
    connection.getOutputStream().write(form.toString().getBytes(StandardCharsets.UTF_8));
    return connection;
  }

  private static JsonObject refusal(HttpURLConnection connection) throws IOException {
    Map<String, List<String>> headers = connection.getHeaderFields();
    JsonObject error = new JsonObject();
    error.addProperty("type", "HTTP status");
    error.addProperty("code", String.valueOf(connection.getResponseCode()));
    error.addProperty("message", headers.get("X-Ca-Error-Message").get(0));
    error.addProperty("requestId", headers.get("X-Ca-Request-Id").get(0));
    return error;
  }
}
