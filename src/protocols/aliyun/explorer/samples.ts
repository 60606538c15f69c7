/** Programs that call with an AppCode, in the languages that the tests run. */
import { inGo, inJava, inNode, inPython, inShell, isRead } from '../../held.ts'
import { quotedLiteral as quoted, shellLiteral as shell } from '../../literals.ts'
import {
  eachParameter,
  type SampleCall,
  type SampleWriter,
  shellParameters,
} from './sample-call.ts'

const url = ({ origin, path }: SampleCall) => `${origin}${path}`

export const CURL: SampleWriter = {
  language: 'curl',
  syntax: 'bash',
  write: (call) => String.raw`curl -s ${shell(url(call))} \
  -H 'Authorization: APPCODE '${inShell(call.secret)} \
${shellParameters(call)}
`,
}

export const NODE: SampleWriter = {
  language: 'Node.js',
  syntax: 'typescript',
  write: (call) => `const appCode = ${inNode(call.secret)}

const response = await fetch(${quoted(url(call))}, {
  method: 'POST',
  // APPCODE、一个英文空格、AppCode
  headers: { Authorization: 'APPCODE ' + appCode },
  body: new URLSearchParams({
${eachParameter(call, (name, value) => `    ${name}: ${quoted(value)},`)}
  }),
})
const text = await response.text()
console.log(text === '' ? response.headers.get('X-Ca-Error-Message') : text)
`,
}

export const SDK_SIMPLE: SampleWriter = {
  language: 'Node.js',
  sdk: 'aliyun-api-gateway',
  syntax: 'javascript',
  install: 'npm install aliyun-api-gateway',
  write: (call) => `import { SimpleClient } from 'aliyun-api-gateway'

const client = new SimpleClient(${inNode(call.secret)})
const result = await client.post(${quoted(url(call))}, {
  headers: { accept: 'application/json' },
  data: {
${eachParameter(call, (name, value) => `    ${name}: ${quoted(value)},`)}
  },
})
console.log(JSON.stringify(result))
`,
}

export const PYTHON: SampleWriter = {
  language: 'Python',
  syntax: 'python',
  write: (call) => `${isRead(call.secret) ? 'import os\n' : ''}import urllib.error
import urllib.parse
import urllib.request

app_code = ${inPython(call.secret)}
parameters = {
${eachParameter(call, (name, value) => `    ${quoted(name)}: ${quoted(value)},`)}
}

request = urllib.request.Request(
    ${quoted(url(call))},
    urllib.parse.urlencode(parameters).encode("utf-8"),
    {
        "Authorization": "APPCODE " + app_code,
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    })
try:
    with urllib.request.urlopen(request) as response:
        print(response.read().decode("utf-8"))
except urllib.error.HTTPError as error:
    print(error.code, error.headers["X-Ca-Error-Message"], error.read().decode("utf-8"))
`,
}

export const GO: SampleWriter = {
  language: 'Go',
  syntax: 'go',
  write: (call) => `package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
${isRead(call.secret) ? '\t"os"\n' : ''}	"strings"
)

func main() {
	form := url.Values{
${eachParameter(call, (name, value) => `\t\t${quoted(name)}: {${quoted(value)}},`)}
	}
	request, err := http.NewRequest("POST", ${quoted(url(call))}, strings.NewReader(form.Encode()))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Authorization", "APPCODE "+${inGo(call.secret)})
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	fmt.Println(response.Header.Get("X-Ca-Error-Message") + string(text))
}
`,
}

export const JAVA: SampleWriter = {
  language: 'Java',
  syntax: 'java',
  write: (call) => String.raw`import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

public class Verify {
    public static void main(String[] args) throws Exception {
        Map<String, String> parameters = new LinkedHashMap<>();
${eachParameter(call, (name, value) => `        parameters.put(${quoted(name)}, ${quoted(value)});`)}
        String form = parameters.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
        HttpRequest request = HttpRequest.newBuilder(URI.create(${quoted(url(call))}))
            .version(HttpClient.Version.HTTP_1_1)
            // 格式(中间是英文空格)为Authorization:APPCODE 你自己的AppCode
            .header("Authorization", "APPCODE " + ${inJava(call.secret)})
            .header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
        HttpResponse<String> response =
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        String error = response.headers().firstValue("X-Ca-Error-Message").orElse("");
        System.out.write((error + response.body() + "\n").getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }
}
`,
}
