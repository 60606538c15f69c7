import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.tencentcloudapi.common.AbstractClient;
import com.tencentcloudapi.common.AbstractModel;
import com.tencentcloudapi.common.Credential;
import com.tencentcloudapi.common.exception.TencentCloudSDKException;
import com.tencentcloudapi.common.profile.ClientProfile;
import com.tencentcloudapi.common.profile.HttpProfile;
import com.tencentcloudapi.common.profile.Language;
import com.tencentcloudapi.faceid.v20180301.FaceidClient;
import com.tencentcloudapi.faceid.v20180301.models.BankCard4EVerificationRequest;
import com.tencentcloudapi.faceid.v20180301.models.BankCard4EVerificationResponse;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Drives tencentcloud-sdk-java as an application does: only the endpoint is changed. */
public final class TencentClient {
  private static final String CLIENT = "tencentcloud-sdk-java";
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  public static void main(String[] args) throws Exception {
    JsonObject hello = new JsonObject();
    hello.addProperty("client", CLIENT);
    hello.addProperty("version", AbstractClient.SDK_VERSION.replace("SDK_JAVA_", ""));
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

  private static JsonObject read(JsonObject order) {
    JsonObject answer = new JsonObject();
    try {
      BankCard4EVerificationResponse reply = clientFor(order).BankCard4EVerification(request(order));
      answer.addProperty("result", reply.getResult());
      answer.addProperty("description", reply.getDescription());
      answer.addProperty("requestId", reply.getRequestId());
    } catch (TencentCloudSDKException refusal) {
      JsonObject error = new JsonObject();
      error.addProperty("type", refusal.getClass().getSimpleName());
      error.addProperty("code", refusal.getErrorCode());
      error.addProperty("message", refusal.getMessage());
      error.addProperty("requestId", refusal.getRequestId());
      answer.add("error", error);
    }
    return answer;
  }

  private static FaceidClient clientFor(JsonObject order) {
    HttpProfile http = new HttpProfile();
    http.setEndpoint(text(order, "endpoint"));
    http.setProtocol(HttpProfile.REQ_HTTP);
    http.setReqMethod(text(order, "verb"));
    ClientProfile profile = new ClientProfile(text(order, "signMethod"), http);
    if (order.has("unsignedPayload")) profile.setUnsignedPayload(true);
    if (order.has("language")) {
      boolean chinese = text(order, "language").equals("zh-CN");
      profile.setLanguage(chinese ? Language.ZH_CN : Language.EN_US);
    }
    return new FaceidClient(new Credential(text(order, "id"), text(order, "secret")), "", profile);
  }

  /** The typed request; what its type does not know goes in as a custom parameter. */
  private static BankCard4EVerificationRequest request(JsonObject order) {
    JsonObject parameters = order.getAsJsonObject("parameters");
    BankCard4EVerificationRequest request =
        AbstractModel.fromJsonString(parameters.toString(), BankCard4EVerificationRequest.class);
    JsonElement unknown = parameters.get("Mobile");
    if (unknown != null) request.set("Mobile", unknown.getAsString());
    return request;
  }

  private static String text(JsonObject order, String name) {
    return order.get(name).getAsString();
  }
}
