/** Texts of saved titles and of red letters. */

const zh = {
  saved: '已保存的抬头',
  another: '填写新的抬头',
  keep: '保存这个抬头，下次直接选用',
  forget: '删除这个抬头',
  redLetters: '红字发票',
  number: '号码',
  amount: '冲红金额',
  at: '时间（北京时间）',
  reason: '原因',
}

const en: typeof zh = {
  saved: 'Saved titles',
  another: 'Enter a new title',
  keep: 'Save this title for next time',
  forget: 'Delete this title',
  redLetters: 'Red-letter invoices',
  number: 'Number',
  amount: 'Amount reversed',
  at: 'Time (Beijing)',
  reason: 'Reason',
}

export const INVOICES_TEXTS = { zh, en }
