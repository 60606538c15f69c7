/** What `kayan ledger statement` and the checkpoints of `ledger verify` print, in both languages. */
import type { StatementColumn } from '../../billing/statement.ts'

type Columns = Readonly<Record<StatementColumn, string>>

export const zhStatements = {
  description: '账号的账单：每天或每月的期初、变动与结余，可存为 CSV',
  account: '账号的 id 或名称；省略则为全部账号',
  from: '从哪一天起（北京时间），默认本月一日',
  to: '到哪一天为止，含当天，默认今天',
  by: '按天（day）或按月（month）',
  csv: '写入 CSV 文件（UTF-8，可直接用表格软件打开）',
  backwards: '--from 不能晚于 --to。',
  tooLong: (days: string) => `一次最多 ${days} 天。`,
  none: '这段时间没有账单。',
  written: (lines: string, path: string) => `已将 ${lines} 行写入 ${path}。`,
  head: { account: '账号', product: '产品', mode: '类型', period: '日期', opening: '期初' },
  columns: {
    granted: '发放',
    returned: '冲正退回',
    restored: '延期恢复',
    used: '使用',
    expired: '过期',
    withdrawn: '收回',
  } satisfies Columns as Columns,
  closing: '结余',
  since: '从某个检查点起核对封存链；检查点由以前的 ledger verify 给出，应保存在别处',
  onlyAccount: '只核对一个账号的额度、流水与账单；调用编号与封存链始终全部核对',
  checkpoint: (name: string) => `检查点 ${name}`,
  unsealed: '尚未封存',
  export: '把整个账本（额度、流水、调用、预占）写成 JSON 行，供另外的程序核对；写入审计',
  output: '写入这个文件',
  seal: '立即封存账本与审计的新增内容，并给出检查点；服务运行时每分钟自动封存',
}

export const enStatements: typeof zhStatements = {
  description: 'statement of an account: what it had, what came and went, and what is left',
  account: 'id or name of an account; all accounts when left out',
  from: 'first day, in Beijing; by default the first of this month',
  to: 'last day, included; by default today',
  by: 'a line a day or a month',
  csv: 'write a CSV file (UTF-8, opens in a spreadsheet as it is)',
  backwards: '--from must not be later than --to.',
  tooLong: (days) => `At most ${days} days at a time.`,
  none: 'There is no statement of these days.',
  written: (lines, path) => `Wrote ${lines} lines to ${path}.`,
  head: {
    account: 'ACCOUNT',
    product: 'PRODUCT',
    mode: 'MODE',
    period: 'DATE',
    opening: 'OPENING',
  },
  columns: {
    granted: 'GRANTED',
    returned: 'RETURNED',
    restored: 'RESTORED',
    used: 'USED',
    expired: 'EXPIRED',
    withdrawn: 'WITHDRAWN',
  },
  closing: 'CLOSING',
  since:
    'look at the chain of seals from this checkpoint on; an earlier ledger verify printed it, and it should be kept elsewhere',
  onlyAccount:
    'judge the grants, entries and statements of one account; numbers of calls and seals are always judged as a whole',
  checkpoint: (name) => `Checkpoint ${name}`,
  unsealed: 'nothing is sealed yet',
  export:
    'write the whole ledger (grants, entries, calls, reservations) as JSON lines, for a checker of another make; it leaves an audit line',
  output: 'write to this file',
  seal: 'seal what the ledger and the audit gained, and print the checkpoint; a running service seals each minute',
}
