/** What `kayan vendors shadow`, `disagreement`, `release` and `cache` print, in both languages. */

/** Where comparing stands, as `shadow show` tells it. */
export interface ShadowShown {
  readonly second: string
  readonly perMille: number
  readonly matchesOnly: boolean
  readonly spentYuan: string
  readonly budgetYuan: string
  readonly windowCalls: number
  readonly alarmPerMille: number
  readonly stops: boolean
}

export const zhRouting = {
  shadow: '影子比对：抽取一部分核验结果再问另一来源，只作比对，不影响客户的应答与收费',
  set: '开始比对，或更改比对的方式',
  second: '用来比对的来源：一条线路，或 registry（自有登记库）',
  perMille: '每千次核验结果比对几次',
  all: '不一致与卡状态也比对；每次比对都使该卡离发卡行的锁定更近',
  budget: '一个月比对的费用上限（元）',
  window: '按每多少次比对判断偏差',
  alarm: '其中每千次允许几次结果不同；超过则告警',
  stop: '偏差过大的线路不再使用，直到用 kayan vendors release 恢复；只有一条线路时，调用将得到“繁忙”，不收费',
  consent: '注意：要素会因此发送给第二家供应商，请确认已有相应的授权。',
  started: '比对已开启；运行中的服务一秒内生效。',
  off: '停止比对；已有的结果保留',
  ended: '比对已停止。',
  show: '比对的设置、本月费用与被搁置的线路',
  none: '没有开启比对。',
  shown: ({ second, perMille, matchesOnly, ...rest }: ShadowShown) =>
    `与 ${second} 比对：每千次${matchesOnly ? '一致' : ''}结果 ${perMille} 次；本月已用 ${rest.spentYuan} 元，上限 ${rest.budgetYuan} 元；每 ${rest.windowCalls} 次比对中超过千分之 ${rest.alarmPerMille} 不同则告警${rest.stops ? '并搁置线路' : ''}。`,
  stopColumns: ['被搁置的线路', '比对来源', '比对', '不同', '时间（北京）'],
  release: '恢复使用被搁置的线路',
  route: '线路名称',
  released: (name: string) => `已恢复线路 ${name}。`,
  disagreement: '比对的结果：按发卡行与两方结果分列',
  from: '从这天起（北京时间）；默认当月',
  to: '到这天之前',
  noComparisons: '这段时间没有比对。',
  pair: (route: string, second: string, compared: number, disagreed: number) =>
    `${route} 与 ${second}：比对 ${compared} 次，不同 ${disagreed} 次。`,
  cellColumns: ['线路', '比对来源', '发卡行', '给客户的结果', '比对的结果', '次数'],
  unknownBank: '（未知）',
  cache: '核验结果缓存：在一段时间内对同一账号的相同核验直接给出已有结果，照常收费，不再询问供应商',
  cacheSet: '为账号开启缓存，或更改时长；只存在内存中，重启即清空',
  matchMinutes: '“一致”保留多少分钟；0 表示不缓存',
  mismatchMinutes: '“不一致”保留多少分钟',
  stateMinutes: '卡状态类结果保留多少分钟',
  cacheOff: '关闭账号的缓存',
  cacheShow: '列出开启缓存的账号',
  cacheEmpty:
    '请至少给出一种时长：--match-minutes、--mismatch-minutes 或 --state-minutes；关闭缓存用 kayan vendors cache off。',
  cacheStarted: '缓存已开启；运行中的服务一秒内生效。',
  cacheEnded: '缓存已关闭。',
  noCaches: '没有账号开启缓存。',
  cacheColumns: ['账号', '一致（分钟）', '不一致（分钟）', '卡状态（分钟）'],
}

export const enRouting: typeof zhRouting = {
  shadow:
    'compare sources: a share of the verdicts is asked of a second one as well, without the customer noticing',
  set: 'begin comparing, or change how',
  second: 'whom to ask for comparison: a route, or registry for the own one',
  perMille: 'how many of a thousand verdicts are compared',
  all: 'compare mismatches and states of cards too; each comparison brings the card nearer the lock of its issuer',
  budget: 'what the comparisons of a month may cost, in yuan',
  window: 'judge drift by so many comparisons at a time',
  alarm: 'of a thousand of them, how many may differ before an alarm is raised',
  stop: 'set the route that drifts aside until kayan vendors release; where it is the only one, calls are answered as busy, free of charge',
  consent: 'Note: elements are thereby sent to a second vendor; make sure that you are allowed to.',
  started: 'Comparing has begun; a running service follows within a second.',
  off: 'end comparing; what was found stays',
  ended: 'Comparing has ended.',
  show: 'how comparing is set, what it has cost this month, and which routes are set aside',
  none: 'Nothing is compared.',
  shown: ({ second, perMille, matchesOnly, ...rest }) =>
    `Compared with ${second}: ${perMille} of 1,000 ${matchesOnly ? 'matches' : 'verdicts'}; CNY ${rest.spentYuan} of ${rest.budgetYuan} spent this month; alarm${rest.stops ? ' and stop' : ''} when of ${rest.windowCalls} comparisons more than ${rest.alarmPerMille} per mille differ.`,
  stopColumns: ['SET ASIDE', 'HELD AGAINST', 'COMPARED', 'DIFFERING', 'TIME (BEIJING)'],
  release: 'send calls again to a route that was set aside',
  route: 'name of the route',
  released: (name) => `Released the route ${name}.`,
  disagreement: 'what comparisons found, by issuer and by what either source said',
  from: 'from this day on (Beijing); by default this month',
  to: 'up to this day, without it',
  noComparisons: 'Nothing was compared in this time.',
  pair: (route, second, compared, disagreed) =>
    `${route} and ${second}: ${compared} compared, ${disagreed} differing.`,
  cellColumns: ['ROUTE', 'SECOND', 'ISSUER', 'CUSTOMER WAS TOLD', 'SECOND SAID', 'TIMES'],
  unknownBank: '(unknown)',
  cache:
    'cache of verdicts: for a time an account is given the same verdict again, charged as ever, without asking a vendor',
  cacheSet:
    'give an account a cache, or change its times; it is in memory alone, and empty after a restart',
  matchMinutes: 'minutes for which a match is kept; 0 for never',
  mismatchMinutes: 'minutes for which a mismatch is kept',
  stateMinutes: 'minutes for which a state of the card is kept',
  cacheOff: 'take the cache of an account away',
  cacheShow: 'list the accounts with a cache',
  cacheEmpty:
    'Give at least one time: --match-minutes, --mismatch-minutes or --state-minutes; kayan vendors cache off ends a cache.',
  cacheStarted: 'The account has a cache; a running service follows within a second.',
  cacheEnded: 'The account has no cache any more.',
  noCaches: 'No account has a cache.',
  cacheColumns: ['ACCOUNT', 'MATCH (MIN)', 'MISMATCH (MIN)', 'CARD STATE (MIN)'],
}
