/** Texts of the audit's filters. */
const zh = {
  filter: '筛选',
  all: '显示全部',
  none: '没有符合的记录。',
  exportCsv: '导出 CSV',
  actorHint: '例如 user:ann',
  actionHint: '例如 order.pay',
}

const en: typeof zh = {
  filter: 'Filter',
  all: 'Show all',
  none: 'No entries match.',
  exportCsv: 'Export CSV',
  actorHint: 'e.g. user:ann',
  actionHint: 'e.g. order.pay',
}

export const AUDIT_TEXTS = { zh, en }
