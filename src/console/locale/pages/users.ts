/** Texts of one's own logins, and of the people of one's account. */

const zh = {
  title: '同事',
  hint: '可以登录这个账号的人。用链接邀请，由本人设定密码；停用后立即退出。',
  roleHint: '管理员可以做一切；开发者管理密钥，财务管理订单与发票，都能查看调用。',
  resetTitle: (name: string) => `重新邀请 ${name}`,
  resetHint: '现在的密码、验证器和所有会话立即失效；对方用新的链接设定密码。',
  disableTitle: (name: string) => `停用 ${name}`,
  disableHint: '立即退出，不能再登录；做过的事仍记在名下。需要时可以重新邀请。',
  sessions: '已登录的会话',
  began: '登录时间（北京时间）',
  seen: '最近活动',
  from: '来自',
  here: '当前会话',
  end: '结束',
  events: '最近的登录',
  eventsHint: '如果有不是您做的，请修改密码并启用验证器。',
  at: '时间（北京时间）',
  what: '结果',
  kinds: { begun: '成功', failed: '失败' },
  noEvents: '还没有记录。',
  unknown: '未知',
}

const en: typeof zh = {
  title: 'Colleagues',
  hint: 'People who can sign in to this account. They are invited by a link and set their own password; disabling signs them out at once.',
  roleHint:
    'Administrators can do everything; developers manage keys, finance manages orders and invoices, and both can view calls.',
  resetTitle: (name) => `Invite ${name} again`,
  resetHint:
    'The present password, authenticator and all sessions stop working at once; a new link lets the person set a password.',
  disableTitle: (name) => `Disable ${name}`,
  disableHint:
    'Signs the person out at once and blocks signing in; past actions stay under the name. A new invitation restores access.',
  sessions: 'Sessions',
  began: 'Signed in (Beijing time)',
  seen: 'Last active',
  from: 'From',
  here: 'This session',
  end: 'End',
  events: 'Recent logins',
  eventsHint: 'If one of them was not you, change the password and set up an authenticator.',
  at: 'Time (Beijing)',
  what: 'Result',
  kinds: { begun: 'Signed in', failed: 'Failed' },
  noEvents: 'No logins yet.',
  unknown: 'Unknown',
}

export const USERS_TEXTS = { zh, en }
