import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The conversation of a Java client program with the runner. */
final class Orders {
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private Orders() {}

  /** Carries out an order and puts what the client read into the answer. */
  interface Call {
    void carryOut(JsonObject order, JsonObject answer) throws Exception;
  }

  /** Introduces the client, then carries out one order after the other until the input ends. */
  static void serve(Map<String, String> hello, Call call) throws Exception {
    OUT.println(new Gson().toJson(hello));
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      JsonObject order = new Gson().fromJson(line, JsonObject.class);
      JsonObject answer = new JsonObject();
      answer.addProperty("client", hello.get("client"));
      for (String name : new String[] {"case", "mode", "verb"}) answer.add(name, order.get(name));
      call.carryOut(order, answer);
      OUT.println(answer);
    }
  }

  static String text(JsonObject order, String name) {
    return order.get(name).getAsString();
  }

  static JsonObject error(String type, String code, String message, String requestId) {
    JsonObject error = new JsonObject();
    error.addProperty("type", type);
    error.addProperty("code", code);
    error.addProperty("message", message);
    error.addProperty("requestId", requestId);
    return error;
  }

  /** The four members of Aliyun's reply. */
  static void readAliyun(String body, JsonObject answer) {
    JsonObject reply = new Gson().fromJson(body, JsonObject.class);
    answer.add("result", reply.get("code"));
    answer.add("description", reply.get("message"));
    answer.add("requestId", reply.get("seqNo"));
    JsonElement data = reply.get("data");
    if (data.isJsonObject()) answer.add("state", data.getAsJsonObject().get("state"));
  }
}
