/** Texts of voiding an order. */
const zh = {
  void: '作废',
  voidHint: '收回全部未使用的次数，不退款；例如赠送有误或付款被撤回。已用的次数不变。',
}

const en: typeof zh = {
  void: 'Void',
  voidHint:
    'Withdraws all unused units without returning money, such as after a mistaken grant or a recalled payment. Used units stay used.',
}

export const ORDER_TEXTS = { zh, en }
