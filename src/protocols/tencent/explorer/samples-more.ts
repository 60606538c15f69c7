/** Programs in the other languages of the vendors' pages; they, too, sign by themselves. */
import { inCSharp, inNode, inObjectiveC, inPhp } from '../../held.ts'
import { phpLiteral as php, quotedLiteral as quoted } from '../../literals.ts'
import { compactBody, type SampleWriter } from './sample-call.ts'

export const PHP: SampleWriter = {
  language: 'PHP',
  syntax: 'php',
  write: (call) => String.raw`<?php
$secretId = ${php(call.secretId)};
$secretKey = ${inPhp(call.secretKey)};
$host = ${php(call.host)};
$service = ${php(call.service)};
$action = ${php(call.action)};
$body = ${php(compactBody(call))};

$type = 'application/json; charset=utf-8';
$timestamp = time();
$date = gmdate('Y-m-d', $timestamp);
$scope = "$date/$service/tc3_request";
$signedHeaders = 'content-type;host;x-tc-action';
$canonicalRequest = implode("\n", [
    'POST', '/', '',
    "content-type:$type", "host:$host", 'x-tc-action:' . strtolower($action), '',
    $signedHeaders, hash('sha256', $body),
]);
$stringToSign = "TC3-HMAC-SHA256\n$timestamp\n$scope\n" . hash('sha256', $canonicalRequest);
$key = "TC3$secretKey";
foreach ([$date, $service, 'tc3_request'] as $part) {
    $key = hash_hmac('sha256', $part, $key, true);
}
$signature = hash_hmac('sha256', $stringToSign, $key);

$curl = curl_init(${php(`${call.origin}/`)});
curl_setopt_array($curl, [
    CURLOPT_POSTFIELDS => $body,
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => [
        "Authorization: TC3-HMAC-SHA256 Credential=$secretId/$scope, SignedHeaders=$signedHeaders, Signature=$signature",
        "Content-Type: $type",
        "X-TC-Action: $action",
        'X-TC-Version: ${call.version}',
        "X-TC-Timestamp: $timestamp",
    ],
]);
echo curl_exec($curl), "\n";
`,
}

export const C_SHARP: SampleWriter = {
  language: 'C#',
  syntax: 'csharp',
  write: (call) => String.raw`using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

const string secretId = ${quoted(call.secretId)};
string secretKey = ${inCSharp(call.secretKey)};
const string host = ${quoted(call.host)};
const string service = ${quoted(call.service)};
const string action = ${quoted(call.action)};
const string body = ${quoted(compactBody(call))};

static string Hex(byte[] bytes) => Convert.ToHexString(bytes).ToLowerInvariant();
static string Sha256(string text) => Hex(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
static byte[] Sign(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

var now = DateTimeOffset.UtcNow;
var timestamp = now.ToUnixTimeSeconds().ToString();
var date = now.ToString("yyyy-MM-dd");
var scope = $"{date}/{service}/tc3_request";
const string type = "application/json; charset=utf-8";
const string signedHeaders = "content-type;host;x-tc-action";
var canonicalRequest = string.Join("\n", "POST", "/", "",
    $"content-type:{type}", $"host:{host}", $"x-tc-action:{action.ToLowerInvariant()}", "",
    signedHeaders, Sha256(body));
var stringToSign = string.Join("\n", "TC3-HMAC-SHA256", timestamp, scope, Sha256(canonicalRequest));
var key = Encoding.UTF8.GetBytes("TC3" + secretKey);
foreach (var part in new[] { date, service, "tc3_request" }) key = Sign(key, part);
var signature = Hex(Sign(key, stringToSign));

using var request = new HttpRequestMessage(HttpMethod.Post, ${quoted(`${call.origin}/`)});
request.Content = new StringContent(body, Encoding.UTF8);
request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
request.Headers.TryAddWithoutValidation("Authorization",
    $"TC3-HMAC-SHA256 Credential={secretId}/{scope}, SignedHeaders={signedHeaders}, Signature={signature}");
request.Headers.Add("X-TC-Action", action);
request.Headers.Add("X-TC-Version", ${quoted(call.version)});
request.Headers.Add("X-TC-Timestamp", timestamp);
using var response = await new HttpClient().SendAsync(request);
Console.WriteLine(await response.Content.ReadAsStringAsync());
`,
}

export const OBJECTIVE_C: SampleWriter = {
  language: 'Objective-C',
  syntax: 'objective-c',
  write: (call) => String.raw`#import <CommonCrypto/CommonCrypto.h>
#import <Foundation/Foundation.h>

static NSString *const kSecretId = @${quoted(call.secretId)};
static NSString *const kHost = @${quoted(call.host)};
static NSString *const kService = @${quoted(call.service)};
static NSString *const kAction = @${quoted(call.action)};
static NSString *const kBody = @${quoted(compactBody(call))};

static NSString *Hex(NSData *data) {
    NSMutableString *text = [NSMutableString string];
    const unsigned char *bytes = data.bytes;
    for (NSUInteger i = 0; i < data.length; i++) [text appendFormat:@"%02x", bytes[i]];
    return text;
}

static NSString *Sha256(NSString *text) {
    NSData *data = [text dataUsingEncoding:NSUTF8StringEncoding];
    unsigned char digest[CC_SHA256_DIGEST_LENGTH];
    CC_SHA256(data.bytes, (CC_LONG)data.length, digest);
    return Hex([NSData dataWithBytes:digest length:sizeof digest]);
}

static NSData *Sign(NSData *key, NSString *text) {
    NSData *data = [text dataUsingEncoding:NSUTF8StringEncoding];
    unsigned char mac[CC_SHA256_DIGEST_LENGTH];
    CCHmac(kCCHmacAlgSHA256, key.bytes, key.length, data.bytes, data.length, mac);
    return [NSData dataWithBytes:mac length:sizeof mac];
}

int main(void) {
    @autoreleasepool {
        NSString *secretKey = ${inObjectiveC(call.secretKey)};
        NSDate *now = [NSDate date];
        NSString *timestamp = [NSString stringWithFormat:@"%ld", (long)now.timeIntervalSince1970];
        NSDateFormatter *formatter = [NSDateFormatter new];
        formatter.dateFormat = @"yyyy-MM-dd";
        formatter.locale = [NSLocale localeWithLocaleIdentifier:@"en_US_POSIX"];
        formatter.timeZone = [NSTimeZone timeZoneWithName:@"UTC"];
        NSString *date = [formatter stringFromDate:now];
        NSString *scope = [NSString stringWithFormat:@"%@/%@/tc3_request", date, kService];
        NSString *type = @"application/json; charset=utf-8";
        NSString *signedHeaders = @"content-type;host;x-tc-action";
        NSString *canonicalRequest = [@[
            @"POST", @"/", @"",
            [@"content-type:" stringByAppendingString:type],
            [@"host:" stringByAppendingString:kHost],
            [@"x-tc-action:" stringByAppendingString:kAction.lowercaseString], @"",
            signedHeaders, Sha256(kBody)
        ] componentsJoinedByString:@"\n"];
        NSString *stringToSign = [@[ @"TC3-HMAC-SHA256", timestamp, scope, Sha256(canonicalRequest) ]
            componentsJoinedByString:@"\n"];
        NSData *key = [[@"TC3" stringByAppendingString:secretKey] dataUsingEncoding:NSUTF8StringEncoding];
        for (NSString *part in @[ date, kService, @"tc3_request" ]) key = Sign(key, part);

        NSMutableURLRequest *request =
            [NSMutableURLRequest requestWithURL:[NSURL URLWithString:@${quoted(`${call.origin}/`)}]];
        request.HTTPMethod = @"POST";
        request.HTTPBody = [kBody dataUsingEncoding:NSUTF8StringEncoding];
        NSString *authorization = [NSString stringWithFormat:
            @"TC3-HMAC-SHA256 Credential=%@/%@, SignedHeaders=%@, Signature=%@",
            kSecretId, scope, signedHeaders, Hex(Sign(key, stringToSign))];
        [request setValue:authorization forHTTPHeaderField:@"Authorization"];
        [request setValue:type forHTTPHeaderField:@"Content-Type"];
        [request setValue:kAction forHTTPHeaderField:@"X-TC-Action"];
        [request setValue:@${quoted(call.version)} forHTTPHeaderField:@"X-TC-Version"];
        [request setValue:timestamp forHTTPHeaderField:@"X-TC-Timestamp"];
        dispatch_semaphore_t done = dispatch_semaphore_create(0);
        [[NSURLSession.sharedSession dataTaskWithRequest:request
            completionHandler:^(NSData *data, NSURLResponse *response, NSError *error) {
                NSLog(@"%@", error ?: [[NSString alloc] initWithData:data encoding:NSUTF8StringEncoding]);
                dispatch_semaphore_signal(done);
            }] resume];
        dispatch_semaphore_wait(done, DISPATCH_TIME_FOREVER);
    }
    return 0;
}
`,
}

export const MINI_PROGRAM: SampleWriter = {
  language: '微信小程序',
  syntax: 'javascript',
  write: (
    call,
  ) => String.raw`// 云函数 cloudfunctions/verify/index.js：SecretKey 只放在服务端，小程序里用
//   wx.cloud.callFunction({ name: 'verify', data: ${compactBody(call)} })
// Cloud function: the SecretKey stays on the server; the mini program calls it by name.
const crypto = require('crypto')
const http = require(${quoted(call.origin.startsWith('https') ? 'https' : 'http')})

const secretId = ${quoted(call.secretId)}
const secretKey = ${inNode(call.secretKey)}
const host = ${quoted(call.host)}
const service = ${quoted(call.service)}
const action = ${quoted(call.action)}

const sha256 = (text) => crypto.createHash('sha256').update(text).digest('hex')
const hmac = (key, text) => crypto.createHmac('sha256', key).update(text).digest()

exports.main = (event) => {
  const body = JSON.stringify(event)
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
  const key = hmac(hmac(hmac('TC3' + secretKey, date), service), 'tc3_request')
  const headers = {
    Authorization: 'TC3-HMAC-SHA256 Credential=' + secretId + '/' + scope +
      ', SignedHeaders=' + signedHeaders + ', Signature=' + hmac(key, stringToSign).toString('hex'),
    'Content-Type': type,
    'X-TC-Action': action,
    'X-TC-Version': ${quoted(call.version)},
    'X-TC-Timestamp': String(timestamp),
  }
  return new Promise((resolve, reject) => {
    const request = http.request(${quoted(`${call.origin}/`)}, { method: 'POST', headers }, (response) => {
      let text = ''
      response.on('data', (chunk) => { text += chunk })
      response.on('end', () => resolve(JSON.parse(text)))
    })
    request.on('error', reject)
    request.end(body)
  })
}
`,
}
