/** Texts of trying the webhook and of ordering by itself. */

const zh = {
  tried: '测试通知',
  try: '发送测试通知',
  trying: '已排队，十几秒内发送。结果见下面的通知记录。',
  reorder: '自动下单',
  reorderHint: '余量低于设定的次数时，自动提交一个套餐订单；每次余量不足只下一单，付款后到账。',
  plan: '套餐',
  mode: '用途',
  below: '余量低于多少次时下单',
  set: '设置',
  remove: '取消',
  noPlans: '还没有在售的套餐。',
  rule: (units: string) => `低于 ${units} 次时`,
}

const en: typeof zh = {
  tried: 'Test alert',
  try: 'Send a test',
  trying: 'Queued; it is sent within seconds. The alert log below shows the result.',
  reorder: 'Automatic reorder',
  reorderHint:
    'When units fall below the number set, an order is placed automatically, once each time; the units are added when it is paid.',
  plan: 'Plan',
  mode: 'Mode',
  below: 'Reorder when fewer units are left than',
  set: 'Set',
  remove: 'Remove',
  noPlans: 'No plan is on sale yet.',
  rule: (units) => `below ${units} units`,
}

export const ALERTS_TEXTS = { zh, en }
