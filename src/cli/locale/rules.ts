/** What `kayan rules` prints, in both languages. */
import type { ChargeRefusal } from '../../billing/charge-rules.ts'

const ZH_REFUSALS: Record<ChargeRefusal, string> = {
  api_unknown: '没有这个接口；kayan rules list 列出全部接口。',
  never_charged: '约定免费的结果（要素格式有误、次数超限、核验源无结论）不能改为收费。',
  contradiction: '同一结果不能既收费又免费。',
  unchanged: '与最新版本相同，没有改动。',
  in_the_past: '生效时间不能早于现在：已应答的调用按当时的规则收费。',
  before_newest: '生效时间不能早于最新版本的生效时间。',
}

const EN_REFUSALS: Record<ChargeRefusal, string> = {
  api_unknown: 'There is no such interface; kayan rules list shows all of them.',
  never_charged:
    'What is free by contract (malformed input, attempt limits, no verdict) cannot be charged for.',
  contradiction: 'A result cannot be charged and free at once.',
  unchanged: 'The newest version says the same; nothing was changed.',
  in_the_past: 'It cannot begin in the past: what was answered was charged under its own rules.',
  before_newest: 'It cannot begin before the newest version does.',
}

export const zhRules = {
  summary: '查看与更改哪些结果收费',
  description:
    '收费规则：每个接口哪些核验结果收费，按版本管理，各有生效时间。第 1 版是供应商的收费表；每笔扣费都注明所依据的版本。',
  list: '列出各接口的版本',
  add: '为一个接口添加一个版本；已有版本不会被修改',
  api: '接口，如 aliyun.1887',
  apiOption: '只看一个接口',
  charge: '改为收费的结果，用逗号分隔；card_state 表示全部卡状态；调用方无法区分的结果一并改动',
  free: '改为免费的结果，用逗号分隔',
  from: '生效时间：日期（北京时间零点）或带时区的时刻；默认几秒后，让所有节点都已读到',
  reason: '原因，记入审计',
  columns: ['接口', '版本', '生效时间', '收费的结果', '原因'],
  always: '一直',
  added: (api: string, version: string, from: string) =>
    `${api} 的收费规则第 ${version} 版将于北京时间 ${from} 生效。`,
  refusals: ZH_REFUSALS,
}

export const enRules: typeof zhRules = {
  summary: 'see and change which results are charged for',
  description:
    'Charge rules: which results cost a unit, for each interface, in versions that begin at their own time. The first is the vendor’s; each charge names the version it was made under.',
  list: 'list the versions of each interface',
  add: 'add a version for an interface; those that exist are never edited',
  api: 'interface, such as aliyun.1887',
  apiOption: 'only one interface',
  charge:
    'results to charge for, separated by commas; card_state for all states of a card; results that callers cannot tell apart change together',
  free: 'results to make free, separated by commas',
  from: 'when it begins: a day (0:00 in Beijing) or a time with its zone; in some seconds by default, when every node has read it',
  reason: 'why, for the audit',
  columns: ['API', 'VERSION', 'BEGINS', 'CHARGED', 'REASON'],
  always: 'always',
  added: (api, version, from) =>
    `Version ${version} of the charge rules of ${api} begins at ${from} (Beijing).`,
  refusals: EN_REFUSALS,
}
