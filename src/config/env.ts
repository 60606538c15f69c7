/**
 * The only reader of the environment: one typed row a variable.
 *
 * The same table gives `config.ts` its values, the CLI its messages and the documentation its
 * reference page.
 */

/** What every row tells; the rest depends on the type. */
interface Described {
  readonly name: string
  readonly zh: string
  readonly en: string
}

/** A whole number between two limits; `unit` is what one of it means. */
export interface IntegerVariable extends Described {
  readonly type: 'integer'
  readonly unit:
    | 'port'
    | 's'
    | 'ms'
    | 'bytes'
    | 'requests'
    | 'requests/s'
    | 'sockets'
    | 'nodes'
    | 'd'
    | 'tuples/d'
    | 'calls/d'
  readonly min: number
  readonly max: number
  readonly default: number | { readonly development: number; readonly production: number }
}

/** One of a few words; no default means that it is derived as the description says. */
export interface ChoiceVariable extends Described {
  readonly type: 'choice'
  readonly choices: readonly string[]
  readonly default?: string
}

/** A host name, a path or a name; no default means that it is derived as the description says. */
export interface TextVariable extends Described {
  readonly type: 'host' | 'path' | 'name'
  readonly default?: string
}

/** Host names or networks, separated by commas; an empty default is an empty list. */
export interface ListVariable extends Described {
  readonly type: 'list' | 'networks'
  readonly default: string
}

/** Where a server is, which may hold a password: read into a `Secret`, never repeated. */
export interface AddressVariable extends Described {
  readonly type: 'address'
  /** Schemes that are understood, without the colon. */
  readonly schemes: readonly string[]
}

export type Variable =
  | IntegerVariable
  | ChoiceVariable
  | TextVariable
  | ListVariable
  | AddressVariable

export const VARIABLES = {
  host: {
    name: 'KAYAN_HOST',
    type: 'host',
    default: '127.0.0.1',
    zh: '监听地址；对外提供服务时写 0.0.0.0 或 ::',
    en: 'Address to listen on; 0.0.0.0 or :: to serve other machines',
  },
  port: {
    name: 'KAYAN_PORT',
    type: 'integer',
    unit: 'port',
    default: 8080,
    min: 0,
    max: 65_535,
    zh: '监听端口；0 表示任选一个空闲端口',
    en: 'Port to listen on; 0 takes any free one',
  },
  tlsCertFile: {
    name: 'KAYAN_TLS_CERT_FILE',
    type: 'path',
    zh: 'TLS 证书（链）文件，PEM 格式；与 KAYAN_TLS_KEY_FILE 同时设置后，端口只提供 https（HTTP/1.1 与 HTTP/2），文件变化后自动重新读取',
    en: 'TLS certificate (chain), PEM; with KAYAN_TLS_KEY_FILE the port speaks https alone (HTTP/1.1 and HTTP/2). Read again when it changes',
  },
  tlsKeyFile: {
    name: 'KAYAN_TLS_KEY_FILE',
    type: 'path',
    zh: 'TLS 证书的私钥文件，PEM 格式',
    en: 'Private key of the TLS certificate, PEM',
  },
  dataDir: {
    name: 'KAYAN_DATA_DIR',
    type: 'path',
    default: './data',
    zh: '数据目录',
    en: 'Data directory',
  },
  mode: {
    name: 'KAYAN_MODE',
    type: 'choice',
    choices: ['development', 'production'],
    default: 'development',
    zh: '运行模式；development 会建立带公开测试密钥的沙箱账号，production 不会',
    en: 'Mode; development seeds a sandbox account with published test keys, production never does',
  },
  keyFile: {
    name: 'KAYAN_KEY_FILE',
    type: 'path',
    zh: '根密钥文件；默认与数据目录同级，名为 <数据目录>.key。请与数据目录分开备份',
    en: 'Root key file; by default <data directory>.key beside the data directory. Back it up apart from the data',
  },
  ratePerSecond: {
    name: 'KAYAN_RATE_PER_SECOND',
    type: 'integer',
    unit: 'requests/s',
    default: 20,
    min: 1,
    max: 1_000_000,
    zh: '新建账号的频率限制：每个密钥、每个接口每秒接受的请求数',
    en: 'Rate limit of new accounts: requests a second accepted for each key and API',
  },
  bodyBytesMax: {
    name: 'KAYAN_BODY_BYTES_MAX',
    type: 'integer',
    unit: 'bytes',
    default: 65_536,
    min: 1_024,
    max: 10_485_760,
    zh: '请求体的最大字节数',
    en: 'Largest request body',
  },
  inFlightMax: {
    name: 'KAYAN_IN_FLIGHT_MAX',
    type: 'integer',
    unit: 'requests',
    default: 512,
    min: 1,
    max: 100_000,
    zh: '同时处理的最大请求数，超出即免费拒绝',
    en: 'Requests handled at the same time; more are refused free of charge',
  },
  headersTimeoutMs: {
    name: 'KAYAN_HEADERS_TIMEOUT_MS',
    type: 'integer',
    unit: 'ms',
    default: 10_000,
    min: 100,
    max: 600_000,
    zh: '收完请求头的时限',
    en: 'Time allowed for the headers of a request to arrive',
  },
  requestTimeoutMs: {
    name: 'KAYAN_REQUEST_TIMEOUT_MS',
    type: 'integer',
    unit: 'ms',
    default: 15_000,
    min: 100,
    max: 600_000,
    zh: '收完整个请求的时限，不得小于请求头的时限',
    en: 'Time allowed for a whole request to arrive; not below that for the headers',
  },
  keepAliveTimeoutMs: {
    name: 'KAYAN_KEEP_ALIVE_TIMEOUT_MS',
    type: 'integer',
    unit: 'ms',
    default: 65_000,
    min: 0,
    max: 600_000,
    zh: '空闲长连接的保留时间，应大于前置负载均衡的空闲时间',
    en: 'How long an idle connection is kept; above the idle time of a load balancer in front',
  },
  connectionCheckMs: {
    name: 'KAYAN_CONNECTION_CHECK_MS',
    type: 'integer',
    unit: 'ms',
    default: 1_000,
    min: 10,
    max: 60_000,
    zh: '检查超时连接的间隔',
    en: 'How often connections are checked for these time limits',
  },
  socketsPerIpMax: {
    name: 'KAYAN_SOCKETS_PER_IP_MAX',
    type: 'integer',
    unit: 'sockets',
    default: 256,
    min: 0,
    max: 100_000,
    zh: '单个 IP 的最大连接数；0 表示不限（前面有可信反向代理时使用）',
    en: 'Connections from one IP address; 0 for no limit (behind a trusted proxy)',
  },
  trustedProxies: {
    name: 'KAYAN_TRUSTED_PROXIES',
    type: 'networks',
    default: '',
    zh: '信任其 X-Forwarded-For 的代理，写地址或网段（CIDR），用逗号分隔；调用日志与密钥的 IP 白名单据此得知调用方地址',
    en: 'Proxies whose X-Forwarded-For is believed: addresses or networks (CIDR), separated by commas; the call log and the address lists of keys learn the caller from it',
  },
  callRetentionDays: {
    name: 'KAYAN_CALL_RETENTION_DAYS',
    type: 'integer',
    unit: 'd',
    default: 180,
    min: 1,
    max: 36_500,
    zh: '调用日志保留应答、调用方地址和检索标记的天数；证明收费的记录一直保留',
    en: 'Days the call log keeps answers, callers’ addresses and search tokens; the rows that prove charges stay',
  },
  invoiceFileBytesMax: {
    name: 'KAYAN_INVOICE_FILE_BYTES_MAX',
    type: 'integer',
    unit: 'bytes',
    default: 5_242_880,
    min: 1_024,
    max: 104_857_600,
    zh: '发票附件（PDF、OFD、XML）每个文件的最大字节数',
    en: 'Bytes of one file attached to an invoice (PDF, OFD, XML)',
  },
  uploadBytesMax: {
    name: 'KAYAN_UPLOAD_BYTES_MAX',
    type: 'integer',
    unit: 'bytes',
    default: 1_073_741_824,
    min: 1_024,
    max: 1_099_511_627_776,
    zh: '控制台可上传的文件（持卡人登记库 CSV、供应商账单）的最大字节数；按 KAYAN_BODY_BYTES_MAX 大小分段传输，导入后立即删除',
    en: 'Bytes of a file uploaded in the console (CSV for the registry, a vendor’s bill); it travels in pieces of KAYAN_BODY_BYTES_MAX and is removed once it is in',
  },
  webhookHosts: {
    name: 'KAYAN_WEBHOOK_HOSTS',
    type: 'list',
    default: '',
    zh: '余量与到期告警可以投递到的域名，用逗号分隔；*.example.com 表示其下所有域名，* 表示任意域名；为空则只记录、不投递',
    en: 'Hosts that alerts of low quota and coming ends may be delivered to, separated by commas; *.example.com is all below it, * every host; empty: alerts are kept and not delivered',
  },
  webhookPrivateNetworks: {
    name: 'KAYAN_WEBHOOK_PRIVATE_NETWORKS',
    type: 'networks',
    default: '',
    zh: '上述域名可以指向的内网地址或网段（CIDR），用逗号分隔；未列出的内网地址一律拒绝，http:// 也只能投递到这些网段',
    en: 'Private addresses or networks (CIDR) those hosts may be at, separated by commas; any other private address is refused, and http:// goes to these alone',
  },
  drainWaitMs: {
    name: 'KAYAN_DRAIN_WAIT_MS',
    type: 'integer',
    unit: 'ms',
    default: { development: 0, production: 5_000 },
    min: 0,
    max: 600_000,
    zh: '收到 SIGTERM 后，先报告未就绪并继续服务的时间',
    en: 'After SIGTERM, how long to go on serving while reporting not ready',
  },
  drainLimitMs: {
    name: 'KAYAN_DRAIN_LIMIT_MS',
    type: 'integer',
    unit: 'ms',
    default: 10_000,
    min: 0,
    max: 600_000,
    zh: '停止接受连接后，等待在途请求完成的时限',
    en: 'After accepting ends, how long requests in flight may take to finish',
  },
  vendorAnswerMsMin: {
    name: 'KAYAN_VENDOR_ANSWER_MS_MIN',
    type: 'integer',
    unit: 'ms',
    default: 1_000,
    min: 100,
    max: 60_000,
    zh: '等待一家供应商应答的时限的下限；时限取其最近约两千次应答的 99.9 百分位',
    en: 'The least an attempt on a vendor may take; the limit is the p99.9 of its last two thousand answers',
  },
  vendorAnswerMsMax: {
    name: 'KAYAN_VENDOR_ANSWER_MS_MAX',
    type: 'integer',
    unit: 'ms',
    default: 5_000,
    min: 100,
    max: 60_000,
    zh: '该时限的上限，也是应答不足一千次时的时限',
    en: 'The most it may take, and the limit until a thousand answers are known',
  },
  precheck: {
    name: 'KAYAN_PRECHECK',
    type: 'choice',
    choices: ['off', 'format', 'strict'],
    default: 'format',
    zh: '四要素格式预检：off 不检查，format 检查格式，strict 另查校验位等',
    en: 'Local check of the elements: off, format, or strict (check digits and the like as well)',
  },
  registryAccountCardTuples: {
    name: 'KAYAN_REGISTRY_ACCOUNT_CARD_TUPLES_PER_DAY',
    type: 'integer',
    unit: 'tuples/d',
    default: 5,
    min: 0,
    max: 1_000_000,
    zh: '本登记库：同一账号对同一卡号，一天内（北京时间）允许的不同的核验失败要素组数，超出答“验证次数超限”，不收费；0 表示不限',
    en: 'Own register: distinct failing sets of elements that one account may try on one card on a day in Beijing; more are answered with "too many attempts", free; 0 for no limit',
  },
  registryCardTuples: {
    name: 'KAYAN_REGISTRY_CARD_TUPLES_PER_DAY',
    type: 'integer',
    unit: 'tuples/d',
    default: 15,
    min: 0,
    max: 1_000_000,
    zh: '同上，同一卡号，所有账号合计；三十天内核验一致过该卡的账号不受此限',
    en: 'The same for one card over all accounts; an account that matched the card within thirty days is exempt',
  },
  registryIdNumberTuples: {
    name: 'KAYAN_REGISTRY_ID_NUMBER_TUPLES_PER_DAY',
    type: 'integer',
    unit: 'tuples/d',
    default: 10,
    min: 0,
    max: 1_000_000,
    zh: '同上，同一证件号码，所有账号合计',
    en: 'The same for one ID number over all accounts',
  },
  registryMobileTuples: {
    name: 'KAYAN_REGISTRY_MOBILE_TUPLES_PER_DAY',
    type: 'integer',
    unit: 'tuples/d',
    default: 10,
    min: 0,
    max: 1_000_000,
    zh: '同上，同一手机号，所有账号合计',
    en: 'The same for one mobile number over all accounts',
  },
  registryElementCalls: {
    name: 'KAYAN_REGISTRY_ELEMENT_CALLS_PER_DAY',
    type: 'integer',
    unit: 'calls/d',
    default: 500,
    min: 0,
    max: 1_000_000,
    zh: '本登记库：同一账号对同一姓名、证件号码、卡号或手机号，一天内的调用次数；0 表示不限',
    en: 'Own register: calls of one account about the same name, ID number, card or mobile number on a day; 0 for no limit',
  },
  registryRepeatCalls: {
    name: 'KAYAN_REGISTRY_REPEAT_CALLS_PER_DAY',
    type: 'integer',
    unit: 'calls/d',
    default: 10,
    min: 0,
    max: 1_000_000,
    zh: '本登记库：经阿里云接口，同一账号对完全相同的要素，一天内的调用次数；0 表示不限',
    en: 'Own register: calls of one account about exactly the same elements on a day through the Aliyun face; 0 for no limit',
  },
  tencentPublicHosts: {
    name: 'KAYAN_TENCENT_PUBLIC_HOSTS',
    type: 'list',
    default: 'faceid.tencentcloudapi.com',
    zh: '反向代理改写 Host 时，客户端可能签名的域名，用逗号分隔',
    en: 'Host names clients may have signed when a proxy rewrites Host, separated by commas',
  },
  tencentTrustedProxies: {
    name: 'KAYAN_TENCENT_TRUSTED_PROXIES',
    type: 'list',
    default: '',
    zh: '信任其 X-Forwarded-Host 与 X-Forwarded-Proto 的代理地址，用逗号分隔',
    en: 'Addresses of proxies whose X-Forwarded-Host and X-Forwarded-Proto are believed, separated by commas',
  },
  tencentUnsignedPayload: {
    name: 'KAYAN_TENCENT_UNSIGNED_PAYLOAD',
    type: 'choice',
    choices: ['tls', 'always', 'never'],
    default: 'tls',
    zh: '是否接受不签请求体的请求：tls 仅限 TLS、本机或可信代理，always 总是，never 从不',
    en: 'Whether a body may stay unsigned: tls over TLS, loopback or a trusted proxy, always, never',
  },
  tencentSkewSeconds: {
    name: 'KAYAN_TENCENT_SKEW_SECONDS',
    type: 'integer',
    unit: 's',
    default: 300,
    min: 1,
    max: 86_400,
    zh: '签名时间与本机时钟的最大偏差',
    en: 'How far the time of a signature may lie from our clock',
  },
  tencentResultEdition: {
    name: 'KAYAN_TENCENT_RESULT_EDITION',
    type: 'choice',
    choices: ['reference', '2025-06'],
    default: 'reference',
    zh: '腾讯云结果码表的版本：reference 为接口文档，2025-06 为 2025 年 6 月的更新',
    en: 'Edition of the Tencent result tables: the reference page, or the update of June 2025',
  },
  tencentStrictTokens: {
    name: 'KAYAN_TENCENT_STRICT_TOKENS',
    type: 'choice',
    choices: ['off', 'on'],
    default: 'off',
    zh: '永久密钥附带 Token 时是否拒绝（off 为忽略）',
    en: 'Whether a session token sent with a permanent key is refused (off: ignored)',
  },
  aliyunGatewayErrors: {
    name: 'KAYAN_ALIYUN_GATEWAY_ERRORS',
    type: 'choice',
    choices: ['modern', 'legacy'],
    default: 'modern',
    zh: '网关错误的样式：modern 为现今实例（含 X-Ca-Error-Code），legacy 为经典实例',
    en: 'Wording of gateway refusals: modern instances (with X-Ca-Error-Code) or legacy ones',
  },
  aliyunAppCodeIn: {
    name: 'KAYAN_ALIYUN_APPCODE_IN',
    type: 'choice',
    choices: ['header', 'header-and-query'],
    default: 'header-and-query',
    zh: 'AppCode 可以放在哪里：仅请求头，或请求头与查询参数',
    en: 'Where an AppCode may stand: in the header only, or in the query as well',
  },
  aliyunCodeTexts: {
    name: 'KAYAN_ALIYUN_CODE_TEXTS',
    type: 'choice',
    choices: ['pdd', 'vendor2018'],
    default: 'pdd',
    zh: '业务码文案的版本：pdd 为商品页，vendor2018 为 2018 年的服务商文档',
    en: 'Edition of the business texts: pdd, the product page, or vendor2018, the document of 2018',
  },
  aliyunHeadBytesMax: {
    name: 'KAYAN_ALIYUN_HEAD_BYTES_MAX',
    type: 'integer',
    unit: 'bytes',
    default: 8_192,
    min: 1_024,
    max: 16_384,
    zh: '阿里云接口的请求行与请求头合计最大字节数',
    en: 'Longest request line and headers together on the Aliyun face',
  },
  aliyunSignatureEcho: {
    name: 'KAYAN_ALIYUN_SIGNATURE_ECHO',
    type: 'choice',
    choices: ['off', 'masked', 'full'],
    default: 'masked',
    zh: '签名错误时回显待签名串：off 不回显，masked 隐去要素，full 全部（production 模式拒绝）',
    en: 'What a refused signature shows of the string to sign: off, masked (no element), or full (refused in production)',
  },
  aliyunProxySignature: {
    name: 'KAYAN_ALIYUN_PROXY_SIGNATURE',
    type: 'choice',
    choices: ['off', 'required'],
    default: 'off',
    zh: '作为阿里云 API 网关的后端时写 required：只接受网关以后端签名密钥（导入为 appkey）签名的请求，其余一律 403',
    en: 'required behind the Aliyun API gateway: only calls that it signed with a backend signature key (imported as an appkey) are accepted, all others get 403',
  },
  logLevel: {
    name: 'KAYAN_LOG_LEVEL',
    type: 'choice',
    choices: ['silent', 'error', 'warn', 'info', 'debug'],
    default: 'info',
    zh: '日志级别；debug 时命令行出错会附上完整的堆栈',
    en: 'Log level; with debug the CLI adds the stack of an unexpected error',
  },
  nodes: {
    name: 'KAYAN_NODES',
    type: 'integer',
    unit: 'nodes',
    default: 1,
    min: 1,
    max: 1_000,
    zh: '共用 KAYAN_VALKEY_URL 的节点数（下限）；失去 Valkey 时，每个节点只用频率限制的这一份',
    en: 'Nodes that share KAYAN_VALKEY_URL, at least; without Valkey each keeps to such a share of every rate limit',
  },
  lang: {
    name: 'KAYAN_LANG',
    type: 'choice',
    choices: ['zh', 'en'],
    zh: '命令行语言；默认取自 LC_ALL、LANG，无法判断时为 zh',
    en: 'Language of the CLI; by default from LC_ALL or LANG, else zh',
  },
  databaseUrl: {
    name: 'KAYAN_DATABASE_URL',
    type: 'address',
    schemes: ['postgres', 'postgresql'],
    zh: 'PostgreSQL 数据库，可由多个节点共用；未设置则用数据目录内的 SQLite',
    en: 'PostgreSQL database, which several nodes may share; without it, SQLite in the data directory',
  },
  appCodeReveal: {
    name: 'KAYAN_APPCODE_REVEAL',
    type: 'choice',
    choices: ['audited', 'never'],
    default: 'audited',
    zh: 'AppCode 新建之后能否再次显示：audited 可以，每次记入审计；never 不可以',
    en: 'Whether an AppCode is shown again after its creation: audited, with a line in the audit each time, or never',
  },
  supportContact: {
    name: 'KAYAN_SUPPORT',
    type: 'name',
    zh: '买方有问题时找谁：网址、邮箱或电话，显示在控制台每一页的页脚；未设置则不显示',
    en: 'Whom buyers turn to: a web address, a mail address or a telephone number, at the foot of every page of the console; not shown unless it is set',
  },
  nodeName: {
    name: 'KAYAN_NODE_NAME',
    type: 'name',
    zh: '本节点在共用同一 PostgreSQL 的各节点中的名称，须互不相同；默认为主机名加数据目录。同名的新节点启动后，旧节点即停止',
    en: 'Name of this node among those that share a PostgreSQL, each its own; by default host and data directory. A new start under a name ends the one before',
  },
  valkeyUrl: {
    name: 'KAYAN_VALKEY_URL',
    type: 'address',
    schemes: ['redis', 'rediss', 'valkey', 'valkeys'],
    zh: 'Valkey 或 Redis，多个节点在其中共用频率窗口；未设置则各节点自行计数',
    en: 'Valkey or Redis in which several nodes share the windows of the rate limits; without it, each node counts for itself',
  },
} as const satisfies Record<string, Variable>

export type VariableId = keyof typeof VARIABLES

/** The environment as it is read: a plain map, so that tests and embedders pass their own. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The environment of this process; the one place that looks at it. */
export function processEnvironment(): Environment {
  return process.env
}

/** Raw text of a variable; an empty value counts as absent, as in a shell's `KAYAN_PORT= kayan`. */
export function rawValue(environment: Environment, id: VariableId): string | undefined {
  return environment[VARIABLES[id].name] || undefined
}

/** Names that begin with `KAYAN_` but are no variable of ours: most likely misspelt. */
export function unknownVariables(environment: Environment): string[] {
  const known = new Set<string>(Object.values(VARIABLES).map((variable) => variable.name))
  return Object.keys(environment).filter((name) => name.startsWith('KAYAN_') && !known.has(name))
}

export type Language = 'zh' | 'en'

/** Language of the person at the terminal: KAYAN_LANG, else the locale, else Chinese. */
export function languageOf(environment: Environment): Language {
  const wish = environment.KAYAN_LANG || environment.LC_ALL || environment.LANG || ''
  return /^en/i.test(wish) ? 'en' : 'zh'
}
