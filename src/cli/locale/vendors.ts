/** What `kayan vendors` prints, in both languages. */
import type { RouteRefusal } from '../../sources/vendor-route.ts'
import type { ClosingRefusal } from '../../storage/sql/vendor-bills.ts'

const ZH_REFUSALS: Record<RouteRefusal, string> = {
  route_taken: '已有同名的线路。',
  route_unknown: '没有这条线路；kayan vendors list 列出全部线路。',
  route_in_use: '有账号的路由或影子比对指定了这条线路；请先用 kayan vendors route 或 shadow 更改。',
  route_not_stopped: '这条线路没有被搁置。',
}

const EN_REFUSALS: Record<RouteRefusal, string> = {
  route_taken: 'A route of that name exists.',
  route_unknown: 'There is no such route; kayan vendors list shows all of them.',
  route_in_use:
    'The routing of an account or the comparison names this route; change it by kayan vendors route or shadow first.',
  route_not_stopped: 'This route has not been set aside.',
}

const ZH_CLOSING_REFUSALS: Record<ClosingRefusal, (attempt: string) => string> = {
  attempt_unknown: (attempt) => `没有这次调用：${attempt}。`,
  attempt_closed: (attempt) => `${attempt} 的结果已知，不能再了结。`,
}

const EN_CLOSING_REFUSALS: Record<ClosingRefusal, (attempt: string) => string> = {
  attempt_unknown: (attempt) => `There is no such call: ${attempt}.`,
  attempt_closed: (attempt) => `How ${attempt} ended is known; it cannot be closed again.`,
}

/** A bill as messages name it. */
export interface BillNamed {
  readonly route: string
  readonly evidence: string
  readonly from: string
  readonly to: string
}

/** Calls that no vendor was asked for, and what they would have cost. */
export interface SavedCalls {
  readonly malformed: number
  readonly guarded: number
  readonly shared: number
  readonly cached: number
  readonly yuan: string
}

export const zhVendors = {
  summary: '管理上游供应商、路由与采购成本',
  description:
    '上游供应商：正式密钥的调用由这里的线路应答；没有线路时由自有登记库应答。凭证加密保存，更改即时生效，无需重启。',
  add: '添加一条线路；密钥从标准输入或文件读取',
  list: '列出线路与各账号的路由',
  remove: '移除一条线路；已产生的成本记录保留',
  unroute: '取消账号自己的路由设置，改随其他账号；不带 --account 则取消对全部账号的设置',
  name: '线路名称：小写字母、数字与连字符',
  vendor: '供应商',
  kind: '凭证种类；默认为该供应商的第一种',
  kindRefused: (vendor: string, kinds: string) => `${vendor} 的凭证种类是 ${kinds}。`,
  id: 'SecretId 或 AppKey；其余种类没有',
  idMissing: '这种凭证需要 --id。',
  secretFile: '从文件读取密钥；默认从标准输入读取',
  secretPrompt: '密钥：',
  publicKeyFile: '供应商公钥文件（PEM 或其 base64）：要素以此加密传输',
  encryption: '公钥须适用的加密：aes（AES-256-CBC 与 RSA）或 sm（SM4-GCM 与 SM2）；默认由公钥决定',
  publicKeyMissing: '--encryption 需要 --public-key-file。',
  publicKeyRefused: (vendor: string, suite: string) =>
    `文件中没有 ${vendor} 可用于 ${suite} 的公钥。`,
  endpoint: '代替供应商公开地址的 http(s)://主机[:端口]',
  caFile: '代替系统信任的证书（PEM）文件',
  profile: '次数保护的规则',
  price: '每次收费调用的采购价（元，至多四位小数）；阶梯价写作 0:0.25,100000:0.2，按当月收费次数',
  tier: '层级：数字小的先问',
  weight: '同一层级内的权重；0 表示最后才问',
  added: (name: string) => `已添加线路 ${name}。运行中的服务一秒内生效。`,
  clearText: '警告：这个地址不加密，要素将以明文经过网络。请使用 https。',
  removed: (name: string) => `已移除线路 ${name}。`,
  none: '没有线路：正式调用由自有登记库应答。',
  columns: ['线路', '供应商', '凭证', '加密', '规则', '层级', '权重', '采购价', '地址'],
  policyColumns: ['账号', '线路', '优先', '时限（毫秒）', '可重复付费（万分比）'],
  everyAccount: '（其余账号）',
  everyRoute: '全部',
  route: '设定调用走哪些线路：一个账号的，或所有未单独设定的账号的',
  account: '账号；不给出则适用于所有未单独设定的账号',
  routes:
    '线路，用逗号分隔；不给出则为全部供应商。registry 指自有登记库：单独、排在最前先问，或排在其后作最后的来源',
  prefer: '同一层级内的次序：按权重、成本或应答时间',
  timeout: '一次调用从收到到应答的时限，500 至 60000 毫秒',
  doublePay: '结果未知后可再问一家的调用，每天每万次至多几次；可能重复付费',
  followNoRecord: '登记库排在最前时，库中没有的卡再问供应商；不给出则直接应答',
  noRecordGoesOn: '（无记录再问）',
  routed: '路由已更改。',
  policyUnknown: '没有这样的路由设置；kayan vendors list 列出全部设置。',
  secretRefused: '密钥须为一行不含空格的可见 ASCII 字符。',
  fieldRefused: (option: string) => `${option} 的值不可用；要求见 kayan vendors add --help。`,
  test: '用供应商不收费的格式错误码试一次，核对地址与凭证；不知道有此码的供应商只试连接',
  tested: (name: string, phase: string, code: string, reason: string) =>
    `${name}：${phase}，代码 ${code || '无'}${reason === '' ? '' : `，${reason}`}`,
  testPassed: '地址与凭证可用。',
  testFailed: '供应商没有按预期应答，请核对地址与凭证。',
  testPaid: '注意：这次试探可能收费。',
  noFreeCode: '不知道这家供应商的免费应答，只试了连接。',
  probe: '只建立连接，不发送任何内容',
  reached: (name: string) => `${name}：可以连接`,
  unreached: (name: string, trouble: string) => `${name}：无法连接（${trouble}）`,
  costs: '采购成本、未定的调用，以及在本地省下的调用',
  from: '从这天起（北京时间）；默认当月',
  to: '到这天之前',
  billFrom: '账单从这天起（北京时间）',
  periodReversed: '--from 必须早于 --to。',
  soldAt: '每次收费调用的售价（元），用于计算毛利',
  costColumns: ['线路', '收费', '免费', '未定', '成本（元）', '未定金额（元）'],
  calls: (charged: number, unknown: number) =>
    `向客户收费 ${charged} 次；结果未知而未收费 ${unknown} 次。`,
  saved: ({ malformed, guarded, shared, cached, yuan }: SavedCalls) =>
    `省下的调用：格式有误 ${malformed} 次，次数保护 ${guarded} 次，合并与迟到的应答 ${shared} 次，缓存 ${cached} 次；约 ${yuan} 元。`,
  compared: (count: number, yuan: string) => `其中用于比对：${count} 次，${yuan} 元。`,
  margin: (revenue: string, cost: string, margin: string) =>
    `收入 ${revenue} 元，成本 ${cost} 元，毛利 ${margin} 元。`,
  oldest: (time: string) => `最早的未定调用始于北京时间 ${time}。`,
  unknowns: (count: number, yuan: string, time: string) =>
    `未定的供应商调用 ${count} 次，${yuan} 元，最早始于北京时间 ${time}；请用 kayan vendors reconcile 了结。`,
  reconcile:
    '用供应商的账单了结未定的调用：CSV，每行一次收费调用，含其编号；只有总数时用 --total。账单不能证明的，保持未定',
  statement: 'CSV 文件',
  total: '账单只给出的收费调用总数',
  billMissing: '请给出一个 CSV 文件，或用 --total 给出总数，二者取一。',
  referenceColumn: '编号所在的列：供应商的编号或我方的请求 ID',
  statementMalformed: (column: string) => `对账单无法读取，或没有列 ${column}。`,
  reconciled: (settled: number, free: number, open: number) =>
    `已了结：收费 ${settled} 次，免费 ${free} 次；仍未定 ${open} 次。`,
  difference: (billed: number, ours: number) => `账单收费 ${billed} 次，我方记为收费 ${ours} 次。`,
  strangers: (count: number) => `对账单中有 ${count} 行与我方记录都不相符，或重复列出同一次调用。`,
  unbilled: (count: number) => `我方记为收费而对账单没有的调用：${count} 次。`,
  disputed: (ids: string) => `我方记为免费而对账单收费的调用：${ids}。`,
  passThrough:
    '把一个账号已用供应商公钥加密的正式调用原样转交供应商：不解密，也就没有次数保护、格式检查与合并，不换供应商',
  passState: 'on 或 off',
  passageOpen: (account: string) => `${account} 的加密调用将原样转交供应商，一秒内生效。`,
  passageClosed: (account: string) => `${account} 的加密调用不再转交，一秒内生效。`,
  passageWarning:
    '注意：转交的调用无人知道查的是哪张卡。卡的锁定只能靠供应商自己的次数限制；请为这个账号的密钥设定每日上限。该账号在本服务的解密密钥不再用于正式调用。',
  passages: (accounts: string) => `加密调用原样转交的账号：${accounts}`,
  listUnknowns: '列出未定的调用，最早的在前',
  noUnknowns: '没有未定的调用。',
  unknownColumns: ['调用', '线路', '时间（北京）', '到达阶段', '代码', '金额（元）'],
  close: '由知情者了结指名的未定调用；理由记入该行与审计',
  attempt: '未定的调用，见 kayan vendors unknowns',
  paid: '供应商收了费',
  free: '供应商没有收费',
  reason: '根据什么得知，例如供应商的答复',
  endMissing: '请给出 --paid 或 --free。',
  closed: (attempt: string) => `已了结 ${attempt}。`,
  closingRefusals: ZH_CLOSING_REFUSALS,
  overdue: (count: number, yuan: string) =>
    `注意：${count} 次调用未定已超过一天，${yuan} 元；kayan vendors unknowns 列出它们。`,
  unexplained: ({ route, evidence, from, to }: BillNamed, calls: number) =>
    `注意：线路 ${route} 自 ${from} 至 ${to} 的账单（${evidence}）与我方记录有 ${calls} 次不符。`,
  refusals: ZH_REFUSALS,
}

export const enVendors: typeof zhVendors = {
  summary: 'manage upstream vendors, routing and what they cost',
  description:
    'Upstream vendors: calls with live keys are answered by the routes here, and by the own registry while there are none. Credentials are sealed; a change holds at once, without a restart.',
  add: 'add a route; the secret is read from standard input or a file',
  list: 'list the routes, and how accounts are routed',
  remove: 'remove a route; its cost rows stay',
  unroute:
    'take the setting of an account away: it is led like all others; without --account the setting for all',
  name: 'name of the route: lower-case letters, digits and hyphens',
  vendor: 'vendor',
  kind: 'kind of credential; by default the first that the vendor takes',
  kindRefused: (vendor, kinds) => `The credentials of ${vendor} are of the kinds ${kinds}.`,
  id: 'SecretId or AppKey; other kinds have none',
  idMissing: 'This kind of credential needs --id.',
  secretFile: 'file with the secret; by default it is read from standard input',
  secretPrompt: 'Secret: ',
  publicKeyFile:
    'file with the public key of the vendor (PEM, or base64 of it): elements travel encrypted for it',
  encryption:
    'what the public key must be for: aes (AES-256-CBC with RSA) or sm (SM4-GCM with SM2); by default whatever it is for',
  publicKeyMissing: '--encryption needs --public-key-file.',
  publicKeyRefused: (vendor, suite) =>
    `The file holds no public key that ${vendor} takes for ${suite}.`,
  endpoint: 'http(s)://host[:port] in place of the public one of the vendor',
  caFile: 'file of certificates (PEM) to trust in place of those of the system',
  profile: 'rules of the attempt limits',
  price:
    'price of a paid call in yuan, up to four decimals; in steps as 0:0.25,100000:0.2 by the paid calls of the month',
  tier: 'tier: lower numbers are asked first',
  weight: 'share within the tier; 0 is asked last',
  added: (name) => `Added the route ${name}. A running service uses it within a second.`,
  clearText:
    'Warning: this address is not encrypted: elements would cross the network in clear. Use https.',
  removed: (name) => `Removed the route ${name}.`,
  none: 'There are no routes: live calls are answered by the own registry.',
  columns: [
    'ROUTE',
    'VENDOR',
    'CREDENTIAL',
    'ENCRYPTED',
    'RULES',
    'TIER',
    'WEIGHT',
    'PRICE',
    'ENDPOINT',
  ],
  policyColumns: ['ACCOUNT', 'ROUTES', 'PREFER', 'TIMEOUT (MS)', 'DOUBLE PAY (OF 10,000)'],
  everyAccount: '(all others)',
  everyRoute: 'all',
  route: 'set which routes calls take: of one account, or of all without a setting of their own',
  account: 'account; without it, all that have no setting of their own',
  routes:
    'routes, separated by commas; without it, all vendors. registry is the own one: alone, named first to be asked first, or behind others as the last resort',
  prefer: 'order within a tier: by weight, cost or latency',
  timeout: 'milliseconds from the receipt of a call to its answer, 500 to 60,000',
  doublePay:
    'after an unknown, how many of ten thousand calls a day may be asked of another vendor, and so paid twice',
  followNoRecord:
    'ask vendors about a card that a registry named first does not know; without it, that is the answer',
  noRecordGoesOn: ' (no record goes on)',
  routed: 'The routing was changed.',
  policyUnknown: 'There is no such setting; kayan vendors list shows all of them.',
  secretRefused: 'The secret must be one line of visible ASCII characters without spaces.',
  fieldRefused: (option) =>
    `${option} has a value that cannot be used; kayan vendors add --help says what it wants.`,
  test: 'ask once for the free format code of the vendor, to try address and credential; of a vendor without a known one only the connection is tried',
  tested: (name, phase, code, reason) =>
    `${name}: ${phase}, code ${code || 'none'}${reason === '' ? '' : `, ${reason}`}`,
  testPassed: 'Address and credential work.',
  testFailed: 'The vendor did not answer as expected: check address and credential.',
  testPaid: 'Note: this question may have been charged.',
  noFreeCode: 'No free answer of this vendor is known: only the connection was tried.',
  probe: 'only connect; nothing is sent',
  reached: (name) => `${name}: can be reached`,
  unreached: (name, trouble) => `${name}: cannot be reached (${trouble})`,
  costs: 'what vendors cost, what is still unknown, and which calls were saved here',
  from: 'from this day on (Beijing); by default this month',
  to: 'up to this day, without it',
  billFrom: 'first day of the bill (Beijing)',
  periodReversed: '--from must lie before --to.',
  soldAt: 'price of a charged call in yuan, for the margin',
  costColumns: ['ROUTE', 'PAID', 'FREE', 'UNKNOWN', 'COST (CNY)', 'UNKNOWN (CNY)'],
  calls: (charged, unknown) =>
    `Charged to customers: ${charged}; unknown and therefore free: ${unknown}.`,
  saved: ({ malformed, guarded, shared, cached, yuan }) =>
    `Calls saved: ${malformed} malformed, ${guarded} by attempt limits, ${shared} by shared and late answers, ${cached} by the cache; about CNY ${yuan}.`,
  compared: (count, yuan) => `Of the paid ones for comparison: ${count}, CNY ${yuan}.`,
  margin: (revenue, cost, margin) =>
    `Revenue CNY ${revenue}, cost CNY ${cost}, margin CNY ${margin}.`,
  oldest: (time) => `The oldest unknown is of ${time} (Beijing).`,
  unknowns: (count, yuan, time) =>
    `Unknown calls to vendors: ${count}, CNY ${yuan}, the oldest of ${time} (Beijing); close them by kayan vendors reconcile.`,
  reconcile:
    'close unknowns by a bill of the vendor: CSV, a line for each charged call, with its reference, or only their --total; what the bill does not prove stays open',
  statement: 'CSV file',
  total: 'how many charged calls the bill is for, when it says no more',
  billMissing: 'Give either a CSV file or the sum of calls by --total.',
  referenceColumn: 'column of the reference: of the vendor, or our request id',
  statementMalformed: (column) => `The statement cannot be read, or has no column ${column}.`,
  reconciled: (settled, free, open) =>
    `Closed: ${settled} paid, ${free} free; still unknown: ${open}.`,
  difference: (billed, ours) => `The bill charges ${billed} calls; we have ${ours} as paid.`,
  strangers: (count) =>
    `Lines of the statement that match no row of ours, or name a call once more: ${count}.`,
  unbilled: (count) => `Calls that we have as paid and the statement does not list: ${count}.`,
  disputed: (ids) => `Calls that we have as free and the statement charges: ${ids}.`,
  passThrough:
    'hand live calls of an account that are encrypted under the vendor’s own key to the vendor as they came: unread, and so without attempt limits, format check or sharing, and never to another vendor',
  passState: 'on or off',
  passageOpen: (account) =>
    `Encrypted calls of ${account} go to the vendor as they came, within a second.`,
  passageClosed: (account) =>
    `Encrypted calls of ${account} are no longer handed on, within a second.`,
  passageWarning:
    'Note: nobody here knows which card such a call asks about. Only the vendor’s own limit keeps a card from being locked; give the keys of this account a cap a day. Decryption keys that the account has here are no longer used for its live calls.',
  passages: (accounts) => `Encrypted calls are handed on as they came for: ${accounts}`,
  listUnknowns: 'list the unknown calls, the oldest first',
  noUnknowns: 'No call is unknown.',
  unknownColumns: ['CALL', 'ROUTE', 'TIME (BEIJING)', 'GOT AS FAR AS', 'CODE', 'COST (CNY)'],
  close: 'close named unknowns, for who knows; the reason stays with the row and in the audit',
  attempt: 'unknown calls, as kayan vendors unknowns lists them',
  paid: 'the vendor charged it',
  free: 'the vendor did not charge it',
  reason: 'how that is known, such as the answer of the vendor',
  endMissing: 'Give --paid or --free.',
  closed: (attempt) => `Closed ${attempt}.`,
  closingRefusals: EN_CLOSING_REFUSALS,
  overdue: (count, yuan) =>
    `Note: ${count} calls have been unknown for more than a day, CNY ${yuan}; kayan vendors unknowns lists them.`,
  unexplained: ({ route, evidence, from, to }, calls) =>
    `Note: the bill of the route ${route} from ${from} to ${to} (${evidence}) and our rows disagree on ${calls} calls.`,
  refusals: EN_REFUSALS,
}
