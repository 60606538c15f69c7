/** What `kayan calls` prints, in both languages: finding calls, and the story of one. */
import type { EntryKind } from '../../billing/entry.ts'
import type { FaultName, FaultOwner } from '../../domain/fault.ts'
import type { OutcomeClass } from '../../domain/outcome.ts'

/** What to do after a result: by its class, by who can mend it, or of its own. */
export interface Advice {
  readonly outcomes: Record<OutcomeClass, string>
  readonly owners: Record<FaultOwner, string>
  readonly faults: Partial<Record<FaultName, string>>
}

const ZH_ADVICE: Advice = {
  outcomes: {
    match: '四要素一致，无需处理。',
    mismatch: '请持卡人核对姓名、证件号码、卡号和银行预留手机号后再试；哪一项不符不会告知。',
    card_state: '请持卡人联系发卡行，或换一张卡。',
    input: '请调用方改正该项后重新提交；本次不收费。',
    guard: '次数已达上限，请次日再试；本次不收费。',
    unavailable: '核验源没有给出结论，可稍后重试；本次不收费。',
  },
  owners: {
    caller: '由调用方改正请求；代码含义见 docs/reference/error-codes.zh-CN.md。',
    operator: '由运营方处理：检查账号与接口的设置。',
    upstream: '由上游供应商处理；可稍后重试。',
    platform: '服务自身的问题，可稍后重试；详情在以 RequestId 标记的日志里。',
  },
  faults: {
    quota_exhausted: '额度已用完：购买套餐，或 kayan grants add。',
    subscription_expired: '额度已过期：购买套餐，或 kayan grants extend。',
    not_subscribed: '没有此产品的额度：购买套餐，或 kayan grants add。',
    ip_forbidden: '调用方地址不在该密钥的白名单内：核对白名单与 KAYAN_TRUSTED_PROXIES。',
    rate_limited: '调用过快：降低频率，或提高账号的频率限制。',
    key_cap_reached: '该密钥已达每日上限：次日恢复，或提高上限。',
    store_unavailable: '存储不可写：检查磁盘或数据库；本次没有收费。',
  },
}

const EN_ADVICE: Advice = {
  outcomes: {
    match: 'The four belong together; nothing to do.',
    mismatch:
      'Let the cardholder check name, ID number, card number and the mobile number the bank has; which of them differs is never told.',
    card_state: 'Let the cardholder ask the issuer, or use another card.',
    input: 'Let the caller mend that element and submit again; this call was free.',
    guard: 'The attempts of the day are used up; try again tomorrow. This call was free.',
    unavailable: 'The source gave no verdict; try again later. This call was free.',
  },
  owners: {
    caller: 'The caller has to mend the request; docs/reference/error-codes.md tells the codes.',
    operator: 'The operator has to act: look at the settings of the account and the interface.',
    upstream: 'The upstream vendor has to act; try again later.',
    platform:
      'A trouble of the service itself; try again later. Its log tells more under the RequestId.',
  },
  faults: {
    quota_exhausted: 'The units are used up: buy a plan, or kayan grants add.',
    subscription_expired: 'The units have expired: buy a plan, or kayan grants extend.',
    not_subscribed: 'There are no units of this product: buy a plan, or kayan grants add.',
    ip_forbidden:
      'The caller’s address is not on the key’s list: check the list and KAYAN_TRUSTED_PROXIES.',
    rate_limited: 'Called too fast: slow down, or raise the account’s rate limit.',
    key_cap_reached: 'The key reached its daily cap: wait for tomorrow, or raise the cap.',
    store_unavailable: 'The store took no writes: check disk or database. Nothing was charged.',
  },
}

const ZH_ENTRIES: Record<EntryKind, string> = {
  grant: '发放',
  reserve: '预占',
  settle: '结算（预占转为已用）',
  burn: '扣减',
  release: '释放（退回预占）',
  expire: '过期',
  withdraw: '收回',
  reverse: '冲正（退回已扣）',
  extend: '延期',
}

const EN_ENTRIES: Record<EntryKind, string> = {
  grant: 'granted',
  reserve: 'reserved',
  settle: 'settled what was reserved',
  burn: 'charged',
  release: 'gave back what was reserved',
  expire: 'expired',
  withdraw: 'withdrawn',
  reverse: 'undid the charge',
  extend: 'extended',
}

export const zhCalls = {
  description: '调用日志：不含任何要素。',
  list: '列出最近的调用，可按条件筛选',
  show: '按 RequestId 或 seqNo 查一次调用：经过、扣费、下一步',
  export: '导出调用，新的在前；会留下审计记录',
  totals: '按日、账号、接口、结果统计调用与扣费次数',
  name: 'RequestId 或 seqNo',
  account: '只看一个账号的调用',
  key: '只看一个密钥的调用（密钥 id）',
  api: '只看一个接口的调用，如 tencent.BankCard4EVerification',
  source: '只看一个核验源的调用',
  result: '只看一种结果，见 docs/reference/outcomes-and-faults.zh-CN.md',
  chargedOption: '只看扣了费（yes）或没扣费（no）的调用',
  since: '从何时起：日期（北京时间零点）或带时区的时刻',
  until: '到何时止（不含）',
  element: '按一项要素查找；要素从终端或标准输入读入，只换算成检索标记，不保存',
  elementPrompt: '要素：',
  before: '从这次调用之前接着列（RequestId 或 seqNo）',
  limit: '最多列出多少条',
  format: '格式：csv 供电子表格打开，jsonl 每行一个 JSON',
  output: '写入这个文件；不写则输出到标准输出',
  more: (name: string) => `还有更多：加 --before ${name}`,
  written: (count: string, path: string) => `已将 ${count} 次调用写入 ${path}。`,
  none: '没有调用记录。',
  unknown: (name: string) => `没有名为 ${name} 的调用。请核对 RequestId 或 seqNo。`,
  columns: ['时间', 'RequestId', '账号', '接口', '结果', '扣费', '毫秒', '调用方'],
  exportColumns: [
    '时间（北京）',
    'RequestId',
    'seqNo',
    '账号',
    '密钥',
    '接口',
    '产品',
    '模式',
    '核验源',
    '结果',
    '含义',
    '扣费',
    '额度',
    '已冲正',
    '收费规则版本',
    '毫秒',
    '调用方',
  ],
  totalsColumns: ['日期', '账号', '接口', '结果', '调用', '扣费'],
  charged: '是',
  free: '否',
  story: {
    title: '经过',
    received: (client: string) => `收到请求，来自 ${client || '未知地址'}`,
    asked: (source: string) => `询问核验源 ${source}`,
    unasked: '没有询问核验源',
    outcome: (result: string, meaning: string) => `结果 ${result}：${meaning}`,
    refused: (result: string) => `拒绝：${result}`,
    billable: (version: string) => `按收费规则第 ${version} 版收费`,
    costless: (version: string) => `按收费规则第 ${version} 版不收费`,
    entry: (id: string, what: string, grant: string) => `流水 ${id}：${what}，额度 ${grant}`,
    next: '下一步',
  },
  entries: ZH_ENTRIES,
  advice: ZH_ADVICE,
}

export const enCalls: typeof zhCalls = {
  description: 'The call log holds no element.',
  list: 'list the latest calls, those that meet the options',
  show: 'show one call by its RequestId or seqNo: what happened, what it cost, what to do next',
  export: 'export calls, the newest first; it leaves an audit line',
  totals: 'count calls and charges by day, account, interface and result',
  name: 'RequestId or seqNo',
  account: 'only the calls of one account',
  key: 'only the calls with one key (its id)',
  api: 'only the calls of one interface, such as tencent.BankCard4EVerification',
  source: 'only the calls that asked one source',
  result: 'only the calls with one result, see docs/reference/outcomes-and-faults.md',
  chargedOption: 'only the calls that were charged (yes) or were not (no)',
  since: 'from when on: a day (0:00 in Beijing) or a time with its zone',
  until: 'before when',
  element:
    'find the calls of one element; it is read from the terminal or standard input, becomes a search token and is not kept',
  elementPrompt: 'Element: ',
  before: 'go on before this call (RequestId or seqNo)',
  limit: 'how many calls at most',
  format: 'csv for spreadsheets, or jsonl, one JSON a line',
  output: 'write to this file instead of standard output',
  more: (name) => `There are more: add --before ${name}`,
  written: (count, path) => `Wrote ${count} calls to ${path}.`,
  none: 'No calls yet.',
  unknown: (name) => `There is no call ${name}. Check the RequestId or seqNo.`,
  columns: ['TIME', 'REQUESTID', 'ACCOUNT', 'API', 'RESULT', 'CHARGED', 'MS', 'CALLER'],
  exportColumns: [
    'time (Beijing)',
    'RequestId',
    'seqNo',
    'account',
    'key',
    'api',
    'product',
    'mode',
    'source',
    'result',
    'meaning',
    'charged',
    'grant',
    'undone',
    'rule version',
    'ms',
    'caller',
  ],
  totalsColumns: ['DAY', 'ACCOUNT', 'API', 'RESULT', 'CALLS', 'CHARGED'],
  charged: 'yes',
  free: 'no',
  story: {
    title: 'What happened',
    received: (client) => `received from ${client || 'an unknown address'}`,
    asked: (source) => `asked the source ${source}`,
    unasked: 'asked no source',
    outcome: (result, meaning) => `answered ${result}: ${meaning}`,
    refused: (result) => `refused: ${result}`,
    billable: (version) => `costs a unit under version ${version} of the charge rules`,
    costless: (version) => `free under version ${version} of the charge rules`,
    entry: (id, what, grant) => `entry ${id}: ${what}, grant ${grant}`,
    next: 'What to do next',
  },
  entries: EN_ENTRIES,
  advice: EN_ADVICE,
}
