/** Texts of red letters. */
const zh = {
  open: '红字发票',
  hint: '登记在税务平台开出的红字发票：默认冲销已退款的部分，勾选后冲销整张。',
  number: '红字发票号码',
  whole: '冲销整张发票',
}

const en: typeof zh = {
  open: 'Red-letter invoice',
  hint: 'Registers the red-letter invoice (红字发票) issued on the tax platform. It reverses the refunded part, or the whole invoice if ticked.',
  number: 'Red-letter invoice number',
  whole: 'Reverse the whole invoice',
}

export const RED_LETTER_TEXTS = { zh, en }
