/** What the page of the sandbox says around its tables, in both languages. */

export const SANDBOX_TEXT = {
  en: {
    lead: 'Test keys reach only the sandbox. It answers in the real protocol fields, and every call walks the whole road: signature, limits, format check, metering. All data below is made up or printed by the vendors in their own documents. A test performs every row of this page on the wire and fails when a result, an error or a code of either vendor has none.',
    keys: 'Test keys',
    keysLead:
      'Made at the first start in development mode, never in production. The limit of 20 calls a second applies to them.',
    keysHead: ['kind', 'credential', 'secret'],
    encryption: 'Encryption keys',
    encryptionLead:
      'For encrypted elements on the Tencent face: `rsa` goes with `AES-256-CBC`, `sm2` with `SM4-GCM`, each as the encryption clients take a public key (base64 of a PEM text). `kms` is the `KeyId` from which `GenerateDataKey` (version 2019-01-18) hands data keys out.',
    encryptionHead: ['algorithm', 'public key or KeyId'],
    encryptionNote:
      'The private keys are published as well, in `src/accounts/sandbox-decrypt-keys.ts`: encrypt nothing real for them. Make keys for real accounts with `kayan keys encryption`.',
    magic: 'Magic cards',
    magicLead:
      'Whatever the other elements are, these cards give the answer named beside them; billable answers cost a unit. The prefix 629999 is assigned to no issuer, the last digit is the Luhn digit. Tencent’s number is that of four elements in the edition of 2025-06 (`KAYAN_TENCENT_RESULT_EDITION`); the reference edition has no -21 and answers -9 in its place. The cards work for three and two elements as well.',
    magicHead: ['card number', 'answer', 'Tencent', 'Aliyun', 'after', 'meaning'],
    samples: 'Documented samples',
    samplesLead: 'Exactly these elements answer as the vendor’s document prints.',
    samplesHead: ['vendor', 'product', 'name', 'ID number', 'card number', 'mobile', 'answer'],
    people: 'Twelve people',
    peopleLead:
      'Real matching runs against these people: all elements right is `match`, any other combination for one of their cards is `mismatch`, and an unknown card is `no_record`.',
    peopleHead: ['name', 'ID number', 'card number', 'mobile'],
    faultKeys: 'A magic key for every fault',
    faultKeysLead:
      'Call with one of these keys, signed rightly with the SecretKey or AppSecret of the test keys, and the call is refused with the fault, free. A SecretId answers on the Tencent face; an AppCode or AppKey on the Aliyun face; a `key` on the direct face, in the code of that face where there is one. With a body that cannot be read, `internal` and `store_unavailable` answer in the form of the gateway. Texts that quote a parameter leave its name empty here; the requests further below show them whole. The keys vanish with the test key of their kind when that is revoked.',
    faultKeysHead: ['fault', 'SecretId', 'AppCode', 'AppKey', '`key`', 'Tencent', 'Aliyun'],
    specimens: 'A card for every other code',
    specimensLead:
      'Codes of the vendors’ closed tables that no refusal of ours uses, or that are handy to have on a card. The call is free and stands as `internal` in the call log. Each vendor knows only its own cards: to the other they are unknown cards.',
    platformLead: 'On the direct face only, where a key travels as parameter `key`:',
    specimensHead: ['card number', 'code', 'message'],
    requests: 'Requests that are refused',
    requestsLead:
      'Refusals that your own request brings about need no key of their own. `tc3` is TC3-HMAC-SHA256 over a JSON POST, `v1` HmacSHA256 over a GET; `appcode` is the AppCode in its header, `appkey` the signature with a nonce, `direct` the parameter `key`.',
    requestsHead: ['fault', 'signing', 'the request', 'code'],
    commands: 'Reset, clock and chaos',
    commandsLead:
      'Run beside a service or without one; a running service follows within a second. Only test keys are affected, and in production mode the commands refuse.',
    commandsList: [
      '- `kayan sandbox reset` takes back what is left of the test grants, gives fresh ones and ends clock and chaos.',
      '- `kayan sandbox clock +2y` (or `+30d`) lets that time pass for the packages of the sandbox account: they expire now. It moves packages only, not signatures, rate limits or attempts. `kayan sandbox clock now` brings them back.',
      '- `kayan sandbox chaos --fault overloaded --probability 0.1` refuses a tenth of the calls with test keys with any fault of the table above; `kayan sandbox chaos off` ends it.',
    ].join('\n'),
    missing: 'What cannot be produced',
    missingLead:
      'Codes of gateway modules that Kayan does not have (JWT and OAuth2 plug-ins, private networks, caches, function compute, back-end addresses) and Tencent’s codes that only other actions of faceid document are in no catalogue, and so have no row. Requests that are not HTTP get a bare 400 and a closed connection, which no value can ask for.',
  },
  zh: {
    lead: '测试密钥只会到达沙箱。沙箱按真实协议的字段应答，每次调用都走完整的流程：验签、限流、格式检查、计量。以下数据均为虚构，或为供应商在自己的文档中公布的示例。测试会在真实报文上逐行执行本页，任何一家供应商的结果、错误或代码若没有对应的行，测试即失败。',
    keys: '测试密钥',
    keysLead:
      '在 development 模式首次启动时建立，production 模式从不建立。每秒 20 次的频率限制同样适用。',
    keysHead: ['类型', '凭证', '密钥'],
    encryption: '加密密钥',
    encryptionLead:
      '用于腾讯云接口的要素加密：`rsa` 配 `AES-256-CBC`，`sm2` 配 `SM4-GCM`，格式与加密 SDK 所需的公钥相同（PEM 文本的 base64）；`kms` 是 `KeyId`，`GenerateDataKey`（版本 2019-01-18）据此派发数据密钥。',
    encryptionHead: ['算法', '公钥或 KeyId'],
    encryptionNote:
      '对应的私钥同样公开，见 `src/accounts/sandbox-decrypt-keys.ts`：不要用它们加密任何真实数据。正式账号的密钥请用 `kayan keys encryption` 生成。',
    magic: '魔法卡号',
    magicLead:
      '无论其他要素是什么，下列卡号都返回对应的结果；收费的结果会扣减一次。前缀 629999 未分配给任何发卡行，末位为 Luhn 校验位。腾讯云一列为四要素在 2025-06 版本（`KAYAN_TENCENT_RESULT_EDITION`）中的结果码；参考版本没有 -21，以 -9 代替。这些卡号同样适用于三要素与二要素。',
    magicHead: ['卡号', '结果', '腾讯云', '阿里云', '延迟', '含义'],
    samples: '文档示例',
    samplesLead: '与下列要素完全相同的请求，按供应商文档所印的结果应答。',
    samplesHead: ['供应商', '产品', '姓名', '证件号码', '卡号', '手机号', '结果'],
    people: '十二位虚构人物',
    peopleLead:
      '对下列人物做真实比对：要素全部正确为 `match`，使用其卡号而其他要素不符为 `mismatch`，未知卡号为 `no_record`。',
    peopleHead: ['姓名', '证件号码', '卡号', '手机号'],
    faultKeys: '每种拒绝原因的魔法密钥',
    faultKeysLead:
      '用下列密钥调用，并以测试密钥的 SecretKey 或 AppSecret 正确签名，调用即以该原因被拒绝，不收费。SecretId 用于腾讯云接口，AppCode 与 AppKey 用于阿里云接口；`key` 用于直连接口，若该接口有对应代码则返回该代码。请求体无法读取时，`internal` 与 `store_unavailable` 以网关形式应答。引用参数名的文案在此留空，完整的文案见下文的请求。某类测试密钥被吊销时，该类魔法密钥一并失效。',
    faultKeysHead: ['拒绝原因', 'SecretId', 'AppCode', 'AppKey', '`key`', '腾讯云', '阿里云'],
    specimens: '其余代码的魔法卡号',
    specimensLead:
      '供应商封闭代码表中，我们的拒绝不会用到的代码，或便于以卡号取得的代码。调用不收费，在调用日志中记为 `internal`。每家供应商只认自己的卡号，对另一家而言是未知卡号。',
    platformLead: '仅用于直连接口（以参数 `key` 携带密钥）：',
    specimensHead: ['卡号', '代码', '文案'],
    requests: '会被拒绝的请求',
    requestsLead:
      '由请求自身引起的拒绝不需要专门的密钥。`tc3` 为 TC3-HMAC-SHA256 签名的 JSON POST，`v1` 为 HmacSHA256 签名的 GET；`appcode` 为请求头中的 AppCode，`appkey` 为带 nonce 的签名，`direct` 为参数 `key`。',
    requestsHead: ['拒绝原因', '签名方式', '请求', '代码'],
    commands: '重置、时钟与故障演练',
    commandsLead:
      '服务运行与否均可执行，运行中的服务一秒内生效。只影响测试密钥；production 模式下命令拒绝执行。',
    commandsList: [
      '- `kayan sandbox reset` 收回剩余的测试额度，发放新的额度，并结束时钟与故障演练。',
      '- `kayan sandbox clock +2y`（或 `+30d`）让沙箱账号的套餐经过这段时间：套餐随即过期。只移动套餐，不影响签名、频率与次数限制。`kayan sandbox clock now` 回到现在。',
      '- `kayan sandbox chaos --fault overloaded --probability 0.1` 使测试密钥的调用有十分之一以上表中任一原因被拒绝；`kayan sandbox chaos off` 结束。',
    ].join('\n'),
    missing: '无法产生的代码',
    missingLead:
      'Kayan 没有的网关模块（JWT 与 OAuth2 插件、专有网络、缓存、函数计算、后端地址）的代码，以及仅由 faceid 其他接口记载的腾讯云代码，不在任何代码表中，因而没有对应的行。不是 HTTP 的请求只会得到没有响应体的 400 并被关闭连接，无法用任何取值得到。',
  },
} as const
