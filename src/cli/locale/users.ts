/** What `kayan users` prints, in both languages, and what `kayan serve` says of the first operator. */
import type { Role, UserRefusal, UserState } from '../../accounts/user.ts'

const ZH_ROLES: Record<Role, string> = {
  operator: '运营方',
  auditor: '审计',
  buyer_admin: '买方管理员',
  buyer_developer: '买方开发',
  buyer_finance: '买方财务',
}

const EN_ROLES: Record<Role, string> = {
  operator: 'operator',
  auditor: 'auditor',
  buyer_admin: 'buyer, administrator',
  buyer_developer: 'buyer, developer',
  buyer_finance: 'buyer, finance',
}

const ZH_STATES: Record<UserState, string> = {
  invited: '已邀请',
  active: '启用',
  disabled: '停用',
}

const EN_STATES: Record<UserState, string> = {
  invited: 'invited',
  active: 'active',
  disabled: 'disabled',
}

/** Refusals that the command line can meet; the others are of the login. */
type Refusal = Extract<
  UserRefusal,
  'user_unknown' | 'user_name_taken' | 'account_needed' | 'account_unwanted'
>

const ZH_REFUSALS: Record<Refusal, string> = {
  user_unknown: '没有这个用户。见 kayan users list',
  user_name_taken: '这个登录名已经用过；登录名不重复使用，请换一个。',
  account_needed: '买方角色必须用 --account 指定账号。',
  account_unwanted: '运营方与审计不属于任何账号，请去掉 --account。',
}

const EN_REFUSALS: Record<Refusal, string> = {
  user_unknown: 'There is no such user. See kayan users list',
  user_name_taken: 'That name was given before; names are never given twice. Choose another.',
  account_needed: 'A buyer belongs to an account: name it with --account.',
  account_unwanted: 'Operators and auditors belong to no account: leave --account out.',
}

export const zhUsers = {
  summary: '管理控制台的用户',
  description: '控制台的用户：谁可以登录、以什么角色。密码由本人通过邀请链接设置，他人不知道。',
  name: '登录名',
  add: '邀请一个用户；打印的链接三天内有效，只能用一次',
  role: '角色：operator 运营方、auditor 审计、buyer_admin 买方管理员、buyer_developer 买方开发、buyer_finance 买方财务',
  account: '买方所属账号的 ID 或名称',
  list: '列出用户',
  reset: '作废密码、验证器与全部会话，并重新邀请（也用于恢复已停用的用户）',
  disable: '停用一个用户，并立即结束其会话',
  invited: (name: string, path: string) =>
    `已邀请 ${name}。请把下面的链接交给本人（前面加上控制台的地址），三天内有效，只能用一次：\n${path}`,
  disabled: (name: string) => `已停用 ${name}。`,
  none: '没有用户。',
  columns: ['ID', '登录名', '角色', '账号', '状态', '验证器', '建立时间'],
  withTotp: '有',
  withoutTotp: '无',
  roles: ZH_ROLES,
  states: ZH_STATES,
  refusals: ZH_REFUSALS,
  setup: (url: string) =>
    `还没有可以登录的运营方。请在一小时内打开此链接，为用户 operator 设置密码（经 TLS，或在本机打开）：\n${url}`,
}

export const enUsers: typeof zhUsers = {
  summary: 'manage the users of the console',
  description:
    'Users of the console: who may log in, and as what. Each chooses his password by a link of invitation, so that nobody else knows it.',
  name: 'name at the login',
  add: 'invite a user; the printed link is good for three days, and once',
  role: 'operator, auditor, buyer_admin, buyer_developer or buyer_finance',
  account: 'ID or name of the account that a buyer belongs to',
  list: 'list the users',
  reset:
    'void password, authenticator and all sessions, and invite anew (also somebody who was disabled)',
  disable: 'let a user in no more, and end his sessions at once',
  invited: (name, path) =>
    `${name} is invited. Give this link to the person, with the address of the console before it; it is good for three days, and once:\n${path}`,
  disabled: (name) => `${name} is let in no more.`,
  none: 'There are no users.',
  columns: ['ID', 'NAME', 'ROLE', 'ACCOUNT', 'STATE', 'AUTHENTICATOR', 'ADDED'],
  withTotp: 'yes',
  withoutTotp: 'no',
  roles: EN_ROLES,
  states: EN_STATES,
  refusals: EN_REFUSALS,
  setup: (url) =>
    `No operator can log in yet. Open this link within an hour and choose the password of the user operator (over TLS, or on this machine):\n${url}`,
}
