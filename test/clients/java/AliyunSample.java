import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
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
public final class AliyunSample {
  private AliyunSample() {}

  public static void main(String[] args) throws Exception {
    Orders.serve(Map.of("client", "java.net.HttpURLConnection"), AliyunSample::verify);
  }

  private static void verify(JsonObject order, JsonObject answer) throws IOException {
    HttpURLConnection connection = send(order);
    int status = connection.getResponseCode();
    if (status != HttpURLConnection.HTTP_OK) {
      Map<String, List<String>> headers = connection.getHeaderFields();
      String message = headers.get("X-Ca-Error-Message").get(0);
      String requestId = headers.get("X-Ca-Request-Id").get(0);
      answer.add("error", Orders.error("HTTP status", "" + status, message, requestId));
      return;
    }
    try (InputStream body = connection.getInputStream()) {
      Orders.readAliyun(new String(body.readAllBytes(), StandardCharsets.UTF_8), answer);
    }
  }

  private static HttpURLConnection send(JsonObject order) throws IOException {
    URL url = new URL(Orders.text(order, "endpoint") + "/communication/personal/1887");
    HttpURLConnection connection = (HttpURLConnection) url.openConnection();
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setRequestProperty("Authorization", "APPCODE " + Orders.text(order, "id"));
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
}
