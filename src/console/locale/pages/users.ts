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
  hint: 'People who may sign in to this account. They are invited by a link and choose their password; who is disabled is signed out at once.',
  roleHint:
    'An administrator does everything; developers keep keys, finance keeps orders and invoices, and both see calls.',
  resetTitle: (name) => `Invite ${name} anew`,
  resetHint:
    'Password, authenticator and all sessions end at once; a new link lets the person choose a password.',
  disableTitle: (name) => `Disable ${name}`,
  disableHint:
    'Signed out at once and let in no more; what was done stays under the name. An invitation lets the person in again.',
  sessions: 'Sessions',
  began: 'Signed in (Beijing time)',
  seen: 'Last active',
  from: 'From',
  here: 'this session',
  end: 'End',
  events: 'Latest logins',
  eventsHint: 'If one of them was not yours, change the password and use an authenticator.',
  at: 'Time (Beijing)',
  what: 'Result',
  kinds: { begun: 'signed in', failed: 'failed' },
  noEvents: 'Nothing yet.',
  unknown: 'unknown',
}

export const USERS_TEXTS = { zh, en }
