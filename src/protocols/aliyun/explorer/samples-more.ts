/** Programs that call with an AppCode, in the other languages of the product page. */
import { inCSharp, inObjectiveC, inPhone, inPhp } from '../../held.ts'
import { phpLiteral as php, quotedLiteral as quoted } from '../../literals.ts'
import { eachParameter, type SampleWriter } from './sample-call.ts'

export const PHP: SampleWriter = {
  language: 'PHP',
  syntax: 'php',
  write: (call) => String.raw`<?php
$appCode = ${inPhp(call.secret)};
$form = http_build_query([
${eachParameter(call, (name, value) => `    ${php(name)} => ${php(value)},`)}
]);

$curl = curl_init(${php(`${call.origin}${call.path}`)});
curl_setopt_array($curl, [
    CURLOPT_POSTFIELDS => $form,
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_HTTPHEADER => [
        "Authorization: APPCODE $appCode",
        'Content-Type: application/x-www-form-urlencoded; charset=UTF-8',
    ],
]);
echo curl_exec($curl), "\n";
`,
}

export const C_SHARP: SampleWriter = {
  language: 'C#',
  syntax: 'csharp',
  write: (
    call,
  ) => `using var request = new HttpRequestMessage(HttpMethod.Post, ${quoted(`${call.origin}${call.path}`)});
request.Headers.TryAddWithoutValidation("Authorization", "APPCODE " + ${inCSharp(call.secret)});
request.Content = new FormUrlEncodedContent(new Dictionary<string, string>
{
${eachParameter(call, (name, value) => `    [${quoted(name)}] = ${quoted(value)},`)}
});
using var response = await new HttpClient().SendAsync(request);
Console.WriteLine(await response.Content.ReadAsStringAsync());
`,
}

export const OBJECTIVE_C: SampleWriter = {
  language: 'Objective-C',
  syntax: 'objective-c',
  write: (call) => `#import <Foundation/Foundation.h>

int main(void) {
    @autoreleasepool {
        NSURLComponents *form = [NSURLComponents new];
        form.queryItems = @[
${eachParameter(call, (name, value) => `            [NSURLQueryItem queryItemWithName:@${quoted(name)} value:@${quoted(value)}],`)}
        ];
        NSMutableURLRequest *request = [NSMutableURLRequest
            requestWithURL:[NSURL URLWithString:@${quoted(`${call.origin}${call.path}`)}]];
        request.HTTPMethod = @"POST";
        request.HTTPBody = [form.percentEncodedQuery dataUsingEncoding:NSUTF8StringEncoding];
        NSString *appCode = ${inObjectiveC(call.secret)};
        [request setValue:[@"APPCODE " stringByAppendingString:appCode] forHTTPHeaderField:@"Authorization"];
        [request setValue:@"application/x-www-form-urlencoded; charset=UTF-8"
            forHTTPHeaderField:@"Content-Type"];
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
  write: (call) => `// 真实的 AppCode 请放在服务端，不要写进小程序。
// A real AppCode belongs on a server, not into a mini program.
wx.request({
  url: ${quoted(`${call.origin}${call.path}`)},
  method: 'POST',
  header: {
    'content-type': 'application/x-www-form-urlencoded',
    Authorization: 'APPCODE ' + ${inPhone(call.secret)},
  },
  data: {
${eachParameter(call, (name, value) => `    ${name}: ${quoted(value)},`)}
  },
  success: ({ data }) => console.log(data),
  fail: (error) => console.error(error),
})
`,
}
