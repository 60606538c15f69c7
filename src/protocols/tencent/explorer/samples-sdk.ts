/** Programs on the vendor's official SDKs; but for the endpoint they are those of its own explorer. */
import { inGo, inJava, inNode, inPython, isRead } from '../../held.ts'
import { quotedLiteral as quoted } from '../../literals.ts'
import { compactBody, prettyBody, type SampleCall, type SampleWriter } from './sample-call.ts'

/** `http` or `https`. */
function schemeOf({ origin }: SampleCall): string {
  return origin.slice(0, origin.indexOf(':'))
}

export const SDK_NODE: SampleWriter = {
  language: 'Node.js',
  sdk: 'tencentcloud-sdk-nodejs',
  syntax: 'typescript',
  install: 'npm install tencentcloud-sdk-nodejs',
  write: (
    call,
  ) => `import sdk from 'tencentcloud-sdk-nodejs/tencentcloud/services/faceid/v20180301/index.js'

const client = new sdk.v20180301.Client({
  credential: { secretId: ${quoted(call.secretId)}, secretKey: ${inNode(call.secretKey)} },
  profile: { httpProfile: { endpoint: ${quoted(call.host)}, protocol: ${quoted(`${schemeOf(call)}://`)} } },
})
const result = await client.${call.action}(${prettyBody(call)})
console.log(JSON.stringify(result))
`,
}

export const SDK_PYTHON: SampleWriter = {
  language: 'Python',
  sdk: 'tencentcloud-sdk-python',
  syntax: 'python',
  install: 'pip install tencentcloud-sdk-python-faceid',
  write: (
    call,
  ) => `${isRead(call.secretKey) ? 'import os\n\n' : ''}from tencentcloud.common import credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.faceid.v20180301 import faceid_client, models

http = HttpProfile(protocol=${quoted(schemeOf(call))}, endpoint=${quoted(call.host)})
client = faceid_client.FaceidClient(
    credential.Credential(${quoted(call.secretId)}, ${inPython(call.secretKey)}),
    "", ClientProfile(httpProfile=http))
request = models.${call.action}Request()
request.from_json_string(${quoted(compactBody(call))})
print(client.${call.action}(request).to_json_string(ensure_ascii=False))
`,
}

export const SDK_GO: SampleWriter = {
  language: 'Go',
  sdk: 'tencentcloud-sdk-go',
  syntax: 'go',
  install: 'go get github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/faceid',
  write: (call) => `package main

import (
	"fmt"
${isRead(call.secretKey) ? '\t"os"\n' : ''}
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"
	faceid "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/faceid/v20180301"
)

func main() {
	credential := common.NewCredential(${quoted(call.secretId)}, ${inGo(call.secretKey)})
	settings := profile.NewClientProfile()
	settings.HttpProfile.Endpoint = ${quoted(call.host)}
	settings.HttpProfile.Scheme = ${quoted(schemeOf(call).toUpperCase())}
	client, err := faceid.NewClient(credential, "", settings)
	if err != nil {
		panic(err)
	}
	request := faceid.New${call.action}Request()
	if err := request.FromJsonString(${quoted(compactBody(call))}); err != nil {
		panic(err)
	}
	response, err := client.${call.action}(request)
	if err != nil {
		panic(err)
	}
	fmt.Println(response.ToJsonString())
}
`,
}

export const SDK_JAVA: SampleWriter = {
  language: 'Java',
  sdk: 'tencentcloud-sdk-java',
  syntax: 'java',
  install: 'com.tencentcloudapi:tencentcloud-sdk-java-faceid (Maven Central)',
  write: (call) => `import com.tencentcloudapi.common.AbstractModel;
import com.tencentcloudapi.common.Credential;
import com.tencentcloudapi.common.profile.ClientProfile;
import com.tencentcloudapi.common.profile.HttpProfile;
import com.tencentcloudapi.faceid.v20180301.FaceidClient;
import com.tencentcloudapi.faceid.v20180301.models.${call.action}Request;
import com.tencentcloudapi.faceid.v20180301.models.${call.action}Response;

public class Verify {
    public static void main(String[] args) throws Exception {
        HttpProfile http = new HttpProfile();
        http.setProtocol(${quoted(`${schemeOf(call)}://`)});
        http.setEndpoint(${quoted(call.host)});
        ClientProfile profile = new ClientProfile();
        profile.setHttpProfile(http);
        Credential credential = new Credential(${quoted(call.secretId)}, ${inJava(call.secretKey)});
        FaceidClient client = new FaceidClient(credential, "", profile);
        ${call.action}Request request = AbstractModel.fromJsonString(
            ${quoted(compactBody(call))}, ${call.action}Request.class);
        ${call.action}Response response = client.${call.action}(request);
        System.out.println(AbstractModel.toJsonString(response));
    }
}
`,
}
