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
import java.util.Map;

/** Drives tencentcloud-sdk-java as an application does: only the endpoint is changed. */
public final class TencentClient {
  private TencentClient() {}

  public static void main(String[] args) throws Exception {
    String version = AbstractClient.SDK_VERSION.replace("SDK_JAVA_", "");
    Orders.serve(
        Map.of("client", "tencentcloud-sdk-java", "version", version), TencentClient::verify);
  }

  private static void verify(JsonObject order, JsonObject answer) {
    try {
      BankCard4EVerificationResponse reply =
          clientFor(order).BankCard4EVerification(request(order));
      answer.addProperty("result", reply.getResult());
      answer.addProperty("description", reply.getDescription());
      answer.addProperty("requestId", reply.getRequestId());
    } catch (TencentCloudSDKException refusal) {
      answer.add(
          "error",
          Orders.error(
              refusal.getClass().getSimpleName(),
              refusal.getErrorCode(),
              refusal.getMessage(),
              refusal.getRequestId()));
    }
  }

  private static FaceidClient clientFor(JsonObject order) {
    HttpProfile http = new HttpProfile();
    if (order.has("gateway")) http.setApigwEndpoint(Orders.text(order, "endpoint"));
    else http.setEndpoint(Orders.text(order, "endpoint"));
    http.setProtocol(HttpProfile.REQ_HTTP);
    http.setReqMethod(Orders.text(order, "verb"));
    ClientProfile profile = new ClientProfile(Orders.text(order, "signMethod"), http);
    if (order.has("unsignedPayload")) profile.setUnsignedPayload(true);
    if (order.has("language")) {
      boolean chinese = Orders.text(order, "language").equals("zh-CN");
      profile.setLanguage(chinese ? Language.ZH_CN : Language.EN_US);
    }
    Credential key = new Credential(Orders.text(order, "id"), Orders.text(order, "secret"));
    return new FaceidClient(key, "", profile);
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
}
