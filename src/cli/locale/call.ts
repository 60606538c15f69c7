/** What `kayan call` prints, in both languages. */

export const zhCall = {
  summary: '签名并发起一次接口调用',
  description:
    '按供应商的协议签名并发起一次调用，原样打印响应体；与控制台“在线调试”发出的请求相同。默认使用沙箱公开的测试密钥；正式密钥按次计费。',
  api: '接口，例如 tencent.BankCard4EVerification 或 aliyun.1887',
  values: '参数，写成 名称=值',
  stdin: '从标准输入读取参数的 JSON 对象，值不会出现在进程列表里',
  url: '服务的地址',
  authentication: '认证方式，例如 APPCODE 或 AppKey；默认为接口的第一种',
  id: 'SecretId 或 AppKey；默认为沙箱的',
  secretEnv: '存放 SecretKey、AppSecret 或 AppCode 的环境变量名',
  secretFile: '存放 SecretKey、AppSecret 或 AppCode 的文件',
  unknownApi: (apis: string) => `没有这个接口，或它没有这种认证方式。接口有：${apis}`,
  badValue: (text: string) => `参数应写成 名称=值：${text}`,
  badJson: '标准输入不是所需的 JSON 对象，应为 {"参数名":"值"}。',
  secretMissing: '指定了 --id，还要用 --secret-env 或 --secret-file 提供它的密钥。',
  idMissing: '用自己的 SecretKey 或 AppSecret 签名时，还要用 --id 指定 SecretId 或 AppKey。',
  secretEmpty: (name: string) => `环境变量 ${name} 没有值。`,
  unreachable: (url: string) => `无法连接 ${url}。`,
}

export const enCall: typeof zhCall = {
  summary: 'sign and make one call',
  description:
    "Signs one call by the vendor's protocol, makes it and prints the body of the answer as it came; it is the request that the console's API Explorer sends. By default it uses the published test key of the sandbox; calls with a live key are charged.",
  api: 'API, such as tencent.BankCard4EVerification or aliyun.1887',
  values: 'parameters, each as NAME=VALUE',
  stdin:
    'read the parameters as a JSON object from standard input, so that no process list shows them',
  url: 'where the service is',
  authentication: "way to authenticate, such as APPCODE or AppKey; by default the API's first",
  id: "SecretId or AppKey; by default the sandbox's",
  secretEnv: 'environment variable that holds the SecretKey, AppSecret or AppCode',
  secretFile: 'file that holds the SecretKey, AppSecret or AppCode',
  unknownApi: (apis) => `No such API, or not with this way to authenticate. There are: ${apis}`,
  badValue: (text) => `A parameter is written NAME=VALUE: ${text}`,
  badJson: 'Standard input is not the JSON object that is needed: {"NAME":"VALUE"}.',
  secretMissing: 'With --id its secret is needed too, by --secret-env or --secret-file.',
  idMissing:
    'To sign with a SecretKey or AppSecret of your own, name the SecretId or AppKey by --id.',
  secretEmpty: (name) => `The environment variable ${name} is not set.`,
  unreachable: (url) => `Cannot reach ${url}.`,
}
