/** Programs that sign with TC3-HMAC-SHA256 themselves and need nothing but their language. */
import { inGo, inJava, inNode, inPython, inShell, isRead } from '../../held.ts'
import { quotedLiteral as quoted, shellLiteral as shell } from '../../literals.ts'
import { compactBody, prettyBody, type SampleWriter } from './sample-call.ts'

export const CURL: SampleWriter = {
  language: 'curl',
  syntax: 'bash',
  write: (
    call,
  ) => String.raw`secret_id=${shell(call.secretId)} secret_key=${inShell(call.secretKey)}
host=${shell(call.host)} service=${shell(call.service)} action=${shell(call.action)}
type='application/json; charset=utf-8' signed='content-type;host;x-tc-action'
body=${shell(compactBody(call))}

sha256() { printf '%s' "$1" | openssl dgst -sha256 -r | cut -d' ' -f1; }
hmac() { printf '%s' "$2" | openssl dgst -sha256 -r -mac HMAC -macopt "hexkey:$1" | cut -d' ' -f1; }

timestamp=$(date +%s) day=$(date -u +%F)
lower=$(printf '%s' "$action" | tr '[:upper:]' '[:lower:]')
request=$(printf 'POST\n/\n\ncontent-type:%s\nhost:%s\nx-tc-action:%s\n\n%s\n%s' \
  "$type" "$host" "$lower" "$signed" "$(sha256 "$body")")
to_sign=$(printf 'TC3-HMAC-SHA256\n%s\n%s/%s/tc3_request\n%s' \
  "$timestamp" "$day" "$service" "$(sha256 "$request")")
key=$(printf 'TC3%s' "$secret_key" | od -An -v -tx1 | tr -d ' \n')
for part in "$day" "$service" tc3_request "$to_sign"; do key=$(hmac "$key" "$part"); done

curl -s ${shell(`${call.origin}/`)} \
  -H "Authorization: TC3-HMAC-SHA256 Credential=$secret_id/$day/$service/tc3_request, SignedHeaders=$signed, Signature=$key" \
  -H "Content-Type: $type" -H "X-TC-Action: $action" -H 'X-TC-Version: ${call.version}' \
  -H "X-TC-Timestamp: $timestamp" --data-binary "$body"
`,
}

export const NODE: SampleWriter = {
  language: 'Node.js',
  syntax: 'typescript',
  write: (call) => String.raw`import { createHash, createHmac } from 'node:crypto'

const secretId = ${quoted(call.secretId)}
const secretKey = ${inNode(call.secretKey)}
const host = ${quoted(call.host)}
const service = ${quoted(call.service)}
const action = ${quoted(call.action)}
const parameters = ${prettyBody(call)}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()

const body = JSON.stringify(parameters)
const type = 'application/json; charset=utf-8'
const timestamp = Math.floor(Date.now() / 1000)
const date = new Date(timestamp * 1000).toISOString().slice(0, 10)
const scope = [date, service, 'tc3_request'].join('/')
const signedHeaders = 'content-type;host;x-tc-action'
const canonicalRequest = [
  'POST', '/', '',
  'content-type:' + type, 'host:' + host, 'x-tc-action:' + action.toLowerCase(), '',
  signedHeaders, sha256(body),
].join('\n')
const stringToSign = ['TC3-HMAC-SHA256', timestamp, scope, sha256(canonicalRequest)].join('\n')
const signingKey = hmac(hmac(hmac('TC3' + secretKey, date), service), 'tc3_request')
const signature = hmac(signingKey, stringToSign).toString('hex')

const response = await fetch(${quoted(`${call.origin}/`)}, {
  method: 'POST',
  headers: {
    Authorization: 'TC3-HMAC-SHA256 Credential=' + secretId + '/' + scope +
      ', SignedHeaders=' + signedHeaders + ', Signature=' + signature,
    'Content-Type': type,
    'X-TC-Action': action,
    'X-TC-Version': ${quoted(call.version)},
    'X-TC-Timestamp': String(timestamp),
  },
  body,
})
console.log(await response.text())
`,
}

export const PYTHON: SampleWriter = {
  language: 'Python',
  syntax: 'python',
  write: (call) => String.raw`import hashlib
import hmac
import json
${isRead(call.secretKey) ? 'import os\n' : ''}import time
import urllib.request
from datetime import datetime, timezone

secret_id = ${quoted(call.secretId)}
secret_key = ${inPython(call.secretKey)}
host = ${quoted(call.host)}
service = ${quoted(call.service)}
action = ${quoted(call.action)}
parameters = ${prettyBody(call)}


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sign(key, text):
    return hmac.new(key, text.encode("utf-8"), hashlib.sha256).digest()


body = json.dumps(parameters, ensure_ascii=False)
content_type = "application/json; charset=utf-8"
timestamp = int(time.time())
date = datetime.fromtimestamp(timestamp, timezone.utc).strftime("%Y-%m-%d")
scope = f"{date}/{service}/tc3_request"
signed_headers = "content-type;host;x-tc-action"
canonical_request = "\n".join([
    "POST", "/", "",
    f"content-type:{content_type}", f"host:{host}", f"x-tc-action:{action.lower()}", "",
    signed_headers, sha256(body),
])
string_to_sign = "\n".join(["TC3-HMAC-SHA256", str(timestamp), scope, sha256(canonical_request)])
key = ("TC3" + secret_key).encode("utf-8")
for part in (date, service, "tc3_request"):
    key = sign(key, part)
signature = sign(key, string_to_sign).hex()

request = urllib.request.Request(${quoted(`${call.origin}/`)}, body.encode("utf-8"), {
    "Authorization": f"TC3-HMAC-SHA256 Credential={secret_id}/{scope}, "
                     f"SignedHeaders={signed_headers}, Signature={signature}",
    "Content-Type": content_type,
    "X-TC-Action": action,
    "X-TC-Version": ${quoted(call.version)},
    "X-TC-Timestamp": str(timestamp),
})
with urllib.request.urlopen(request) as response:
    print(response.read().decode("utf-8"))
`,
}

export const GO: SampleWriter = {
  language: 'Go',
  syntax: 'go',
  write: (call) => String.raw`package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
${isRead(call.secretKey) ? '\t"os"\n' : ''}	"strings"
	"time"
)

const (
	secretID  = ${quoted(call.secretId)}
	host      = ${quoted(call.host)}
	service   = ${quoted(call.service)}
	action    = ${quoted(call.action)}
	body      = ${quoted(compactBody(call))}
)

var secretKey = ${inGo(call.secretKey)}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func sign(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

func main() {
	contentType := "application/json; charset=utf-8"
	now := time.Now().UTC()
	timestamp := fmt.Sprint(now.Unix())
	date := now.Format("2006-01-02")
	scope := date + "/" + service + "/tc3_request"
	signedHeaders := "content-type;host;x-tc-action"
	canonicalRequest := strings.Join([]string{
		"POST", "/", "",
		"content-type:" + contentType, "host:" + host, "x-tc-action:" + strings.ToLower(action), "",
		signedHeaders, hash(body),
	}, "\n")
	stringToSign := strings.Join([]string{"TC3-HMAC-SHA256", timestamp, scope, hash(canonicalRequest)}, "\n")
	key := []byte("TC3" + secretKey)
	for _, part := range []string{date, service, "tc3_request"} {
		key = sign(key, part)
	}
	signature := hex.EncodeToString(sign(key, stringToSign))

	request, err := http.NewRequest("POST", ${quoted(`${call.origin}/`)}, strings.NewReader(body))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Authorization", "TC3-HMAC-SHA256 Credential="+secretID+"/"+scope+
		", SignedHeaders="+signedHeaders+", Signature="+signature)
	request.Header.Set("Content-Type", contentType)
	request.Header["X-TC-Action"] = []string{action}
	request.Header["X-TC-Version"] = []string{${quoted(call.version)}}
	request.Header["X-TC-Timestamp"] = []string{timestamp}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(text))
}
`,
}

export const JAVA: SampleWriter = {
  language: 'Java',
  syntax: 'java',
  write: (call) => String.raw`import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Verify {
    static final String SECRET_ID = ${quoted(call.secretId)};
    static final String SECRET_KEY = ${inJava(call.secretKey)};
    static final String HOST = ${quoted(call.host)};
    static final String SERVICE = ${quoted(call.service)};
    static final String ACTION = ${quoted(call.action)};
    static final String BODY = ${quoted(compactBody(call))};

    public static void main(String[] args) throws Exception {
        String contentType = "application/json; charset=utf-8";
        long timestamp = Instant.now().getEpochSecond();
        String date = LocalDate.ofInstant(Instant.ofEpochSecond(timestamp), ZoneOffset.UTC).toString();
        String scope = date + "/" + SERVICE + "/tc3_request";
        String signedHeaders = "content-type;host;x-tc-action";
        String canonicalRequest = String.join("\n", "POST", "/", "",
            "content-type:" + contentType, "host:" + HOST, "x-tc-action:" + ACTION.toLowerCase(), "",
            signedHeaders, sha256(BODY));
        String stringToSign = String.join("\n",
            "TC3-HMAC-SHA256", String.valueOf(timestamp), scope, sha256(canonicalRequest));
        byte[] key = ("TC3" + SECRET_KEY).getBytes(StandardCharsets.UTF_8);
        for (String part : new String[] {date, SERVICE, "tc3_request"}) {
            key = hmac(key, part);
        }
        String signature = hex(hmac(key, stringToSign));

        HttpRequest request = HttpRequest.newBuilder(URI.create(${quoted(`${call.origin}/`)}))
            .version(HttpClient.Version.HTTP_1_1)
            .header("Authorization", "TC3-HMAC-SHA256 Credential=" + SECRET_ID + "/" + scope
                + ", SignedHeaders=" + signedHeaders + ", Signature=" + signature)
            .header("Content-Type", contentType)
            .header("X-TC-Action", ACTION)
            .header("X-TC-Version", ${quoted(call.version)})
            .header("X-TC-Timestamp", String.valueOf(timestamp))
            .POST(HttpRequest.BodyPublishers.ofString(BODY))
            .build();
        HttpResponse<String> response =
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        System.out.write((response.body() + "\n").getBytes(StandardCharsets.UTF_8));
        System.out.flush();
    }

    static byte[] hmac(byte[] key, String text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    static String sha256(String text) throws Exception {
        return hex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(String.format("%02x", b));
        }
        return text.toString();
    }
}
`,
}
