/** Texts of what operators see of plans: their versions, and taking one off sale. */
const zh = {
  versions: '全部版本',
  versionsHint: '包括已下架和旧的版本；已买的资源包不受影响。',
  name: '套餐',
  version: '版本',
  product: '产品',
  units: '次数',
  price: '价格',
  created: '上架（北京时间）',
  retired: '下架（北京时间）',
  state: '状态',
  onSale: '在售',
  older: '旧版本',
  offSale: '已下架',
  retire: '下架',
  retireHint: '不再出售；已下的订单和已买的资源包不受影响。同名的新版本可以再上架。',
  problems: { plan_unknown: '这个套餐已经下架。' },
}

const en: typeof zh = {
  versions: 'All versions',
  versionsHint: 'Including old and retired ones; packages already bought are not affected.',
  name: 'Plan',
  version: 'Version',
  product: 'Product',
  units: 'Units',
  price: 'Price',
  created: 'On sale since (Beijing)',
  retired: 'Retired (Beijing)',
  state: 'State',
  onSale: 'On sale',
  older: 'Older version',
  offSale: 'Off sale',
  retire: 'Take off sale',
  retireHint:
    'It is no longer sold; orders and packages are not affected. A new version of the same name can be offered later.',
  problems: { plan_unknown: 'This plan is already off sale.' },
}

export const PLAN_TEXTS = { zh, en }
