import com.alibaba.cloudapi.sdk.client.ApacheHttpClient;
import com.alibaba.cloudapi.sdk.enums.HttpMethod;
import com.alibaba.cloudapi.sdk.enums.ParamPosition;
import com.alibaba.cloudapi.sdk.enums.Scheme;
import com.alibaba.cloudapi.sdk.model.ApiRequest;
import com.alibaba.cloudapi.sdk.model.ApiResponse;
import com.alibaba.cloudapi.sdk.model.HttpClientBuilderParams;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;

/** Drives the API gateway's own Java SDK with a signature by AppKey and AppSecret. */
public final class AliyunSdk extends ApacheHttpClient {
  private static final String PATH = "/communication/personal/1887";
  private static final String ABOUT =
      "/META-INF/maven/com.aliyun.api.gateway/sdk-core-java/pom.properties";

  private AliyunSdk(JsonObject order) {
    HttpClientBuilderParams settings = new HttpClientBuilderParams();
    settings.setScheme(Scheme.HTTP);
    settings.setHost(URI.create(Orders.text(order, "endpoint")).getAuthority());
    settings.setAppKey(Orders.text(order, "id"));
    settings.setAppSecret(Orders.text(order, "secret"));
    init(settings);
  }

  public static void main(String[] args) throws Exception {
    Properties about = new Properties();
    try (InputStream source = ApiRequest.class.getResourceAsStream(ABOUT)) {
      about.load(source);
    }
    Orders.serve(
        Map.of("client", "sdk-core-java", "version", about.getProperty("version")),
        AliyunSdk::verify);
  }

  private static void verify(JsonObject order, JsonObject answer) {
    AliyunSdk client = new AliyunSdk(order);
    try {
      ApiResponse reply = client.sendSyncRequest(request(order));
      if (reply.getCode() == 200) {
        Orders.readAliyun(new String(reply.getBody(), StandardCharsets.UTF_8), answer);
        return;
      }
      answer.add(
          "error",
          Orders.error(
              reply.getClass().getSimpleName(),
              String.valueOf(reply.getCode()),
              reply.getFirstHeaderValue("x-ca-error-message"),
              reply.getFirstHeaderValue("x-ca-request-id")));
    } finally {
      client.shutdown();
    }
  }

  private static ApiRequest request(JsonObject order) {
    JsonObject parameters = order.getAsJsonObject("parameters");
    ApiRequest request;
    if (Orders.text(order, "body").equals("json")) {
      byte[] body = parameters.toString().getBytes(StandardCharsets.UTF_8);
      request = new ApiRequest(HttpMethod.POST_JSON, PATH, body);
    } else {
      request = new ApiRequest(HttpMethod.POST_FORM, PATH);
      for (Map.Entry<String, JsonElement> field : parameters.entrySet()) {
        String value = field.getValue().getAsString();
        request.addParam(field.getKey(), value, ParamPosition.BODY, true);
      }
    }
    if (order.has("signMethod")) request.setSignatureMethod(Orders.text(order, "signMethod"));
    return request;
  }
}
