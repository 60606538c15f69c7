/** Every text the CLI prints, in Chinese; `en.ts` has the same shape, checked by the compiler. */
import type { CheckId } from '../../billing/verify.ts'
import type { Outcome } from '../../domain/outcome.ts'
import { zhCall } from './call.ts'
import { zhCalls } from './calls.ts'
import { zhInvoices } from './invoices.ts'
import { zhRouting } from './routing.ts'
import { zhRules } from './rules.ts'
import { zhSale } from './sale.ts'
import { zhStatements } from './statements.ts'
import { zhUsers } from './users.ts'
import { zhVendors } from './vendors.ts'

export const zh = {
  help: {
    usage: '用法：',
    arguments: '参数：',
    options: '选项：',
    commands: '命令：',
    examples: '示例：',
    help: '显示帮助',
    optionsPlace: '[选项]',
    commandPlace: '[命令]',
    version: '显示版本号',
    default: (value: string) => `默认 ${value}`,
    choices: (values: string) => `可选 ${values}`,
  },
  program: {
    description: 'Kayan 卡验：自托管的银行卡四要素核验服务',
    lang: '界面语言：zh 或 en（也可用 KAYAN_LANG 设置）',
    dataDir: '数据目录（也可用 KAYAN_DATA_DIR 设置）',
    json: '以 JSON 输出，供脚本使用',
    notes: '其余设置见环境变量 KAYAN_*，参考 docs/reference/configuration.zh-CN.md',
  },
  commands: {
    serve: '启动服务',
    verify: '在终端做一次核验',
    call: zhCall.summary,
    accounts: '管理账号',
    keys: '管理密钥',
    grants: '管理额度',
    quota: '查看余量与扣减顺序',
    plans: '管理在售的套餐',
    orders: '下单、付款、退款',
    trial: '发放免费试用',
    payments: '管理支付渠道',
    alerts: '设置告警与自动续购',
    postpaid: '管理后付费账号',
    registry: '管理持卡人登记库',
    invoices: '索取与登记发票',
    ledger: '核对账本，打印账单',
    calls: '查询调用日志',
    rules: zhRules.summary,
    users: zhUsers.summary,
    vendors: zhVendors.summary,
    storage: '迁移到其他数据库',
    sandbox: '沙箱：重置、时钟、故障演练',
    doctor: '检查运行环境',
  },
  serve: {
    description:
      '启动服务，直到收到 SIGTERM 或 Ctrl+C。首次启动会建立数据目录与根密钥文件；development 模式还会建立沙箱账号。',
    host: '监听地址（KAYAN_HOST）',
    port: '监听端口，0 为任选空闲端口（KAYAN_PORT）',
    allowUnpatchedNode: '生产模式下允许使用有已知漏洞的 Node.js',
    keyFileCreated: (path: string) =>
      `已生成根密钥文件 ${path}。请立即另行备份：丢失后，登记库与密钥都无法再用。`,
    keyFilePermissive: (path: string) =>
      `警告：其他用户可以读取密钥文件 ${path}。请运行 chmod 600 ${path}`,
    unknownVariable: (name: string) => `警告：没有名为 ${name} 的设置，已忽略。请检查拼写。`,
    sandbox: '沙箱',
    production: '生产',
    sandboxKeys: '沙箱测试密钥（公开，仅用于 development 模式）：',
    tryAliyun: '试试阿里云接口：',
    broken:
      '无法确定最近的提交是否已落盘，已停止应答。请检查磁盘，然后重新启动；重启时以磁盘上的内容为准。',
    tryTencent: '试试腾讯云接口（签名五分钟内有效）：',
  },
  verify: {
    description:
      '核验一组要素并打印结果，要素只以掩码显示。默认询问沙箱；--live 直接询问本机的登记库，不计费，但会留下审计记录。加 --url 则调用运行中的服务，按该密钥计费。',
    product:
      '核验的要素：card4 四要素、card3 三要素（无手机号）、card2 二要素（姓名与卡号）、cardId 二要素（证件号与卡号）、cardInfo 银行卡基础信息',
    name: '姓名',
    id: '证件号码',
    card: '银行卡号',
    mobile: '预留手机号',
    stdin: '从标准输入读取 JSON：{"name","idNumber","cardNumber","mobile"}',
    live: '询问登记库，而不是沙箱',
    url: '调用运行中的服务，例如 http://127.0.0.1:8080',
    appCode:
      '调用服务所用的 AppCode；默认为沙箱的 AppCode。命令行参数会出现在进程列表里，正式密钥请用 --app-code-file',
    appCodeFile: '从文件读取 AppCode',
    optionsVisible:
      '提示：命令行参数会出现在进程列表与 shell 历史里，真实要素请改用提问方式或 --stdin。',
    issuer: '发卡行',
    cardTypes: {
      debit: '借记卡',
      credit: '贷记卡',
      prepaid: '预付费卡',
      quasi_credit: '准贷记卡',
    },
    prompt: {
      name: '姓名：',
      idNumber: '证件号码：',
      cardNumber: '银行卡号：',
      mobile: '预留手机号：',
    },
    badJson:
      '标准输入不是所需的 JSON 对象。应为 {"name":"…","idNumber":"…","cardNumber":"…","mobile":"…"}。',
    missing: (element: string) => `缺少${element}。请用选项、提问或 --stdin 提供。`,
    element: { name: '姓名', idNumber: '证件号码', cardNumber: '银行卡号', mobile: '预留手机号' },
    result: '核验结果',
    code: '返回码',
    sequence: '序列号',
    fault: (name: string) => `拒绝：${name}`,
    serverUnreachable: (url: string) =>
      `连不上 ${url}。请确认服务已启动（kayan serve）、地址无误。`,
    serverRefused: (status: number, reason: string) => `服务拒绝了请求：HTTP ${status} ${reason}`,
    notOurs: (url: string) => `${url} 的回复不是本接口的格式。请检查地址。`,
    urlCard4: '--url 只支持 card4。',
  },
  outcomes: {
    match: '认证通过',
    mismatch: '认证未通过',
    holder_mismatch: '持卡人信息有误',
    no_record: '登记库中没有此卡',
    cnp_not_enabled: '未开通无卡支付',
    card_confiscated: '此卡被没收',
    card_invalid: '无效卡号',
    issuer_unknown: '此卡无对应发卡行',
    card_dormant: '该卡未初始化或睡眠卡',
    card_retained: '作弊卡、吞卡',
    card_lost: '此卡已挂失',
    card_expired: '该卡已过期',
    card_restricted: '受限制的卡',
    pin_tries_exceeded: '密码错误次数超限',
    issuer_unsupported: '发卡行不支持此交易',
    card_abnormal: '卡状态异常',
    name_malformed: '姓名格式有误',
    id_malformed: '证件号码格式有误',
    card_malformed: '银行卡号格式有误',
    mobile_malformed: '手机号格式有误',
    id_type_unsupported: '不支持的证件类型',
    attempts_exceeded: '核验次数超限',
    source_busy: '核验源繁忙，可稍后再试',
    source_unknown: '无法核验，结果未知',
  } satisfies Record<Outcome, string>,
  accounts: {
    description: '账号是调用方，拥有密钥与额度。',
    create: '新建账号',
    list: '列出账号',
    suspend: '停用账号：它的密钥立即被拒绝',
    resume: '恢复已停用的账号',
    setState: '设定账号的状态；除 active 外，调用一律拒绝',
    states:
      'inactive 未开通服务；unverified 未实名；active 正常；charge_abnormal 计费状态异常；arrears 已欠费；frozen 由运营方冻结；closed 永久关闭',
    name: '账号名称，不可重复',
    account: '账号 ID 或名称',
    rate: '频率限制：每个密钥、每个接口每秒的请求数',
    created: (id: string, name: string) =>
      `已新建账号 ${id}（${name}）。下一步：kayan keys create ${id}`,
    state: (id: string, state: string) => `账号 ${id} 的状态已改为 ${state}。`,
    setUnsignedPayload: '设定账号能否发送请求体不参与签名的请求（UNSIGNED-PAYLOAD）',
    unsignedPayloadRules: 'policy 按 KAYAN_TENCENT_UNSIGNED_PAYLOAD；refused 一律拒绝',
    unsignedPayload: (id: string, rule: string) =>
      rule === 'refused'
        ? `账号 ${id} 的请求体必须参与签名。`
        : `账号 ${id} 按 KAYAN_TENCENT_UNSIGNED_PAYLOAD 的规定。`,
    none: '还没有账号。新建：kayan accounts create <名称>',
    columns: ['ID', '名称', '状态', '频率/秒', '密钥', '建立时间'],
  },
  keys: {
    description:
      '密钥是调用方的凭证：tencent 为 SecretId 与 SecretKey，appcode 为 AppCode，appkey 为 AppKey 与 AppSecret，direct 为供应商自有域名所用的参数 key。',
    create: '生成新密钥；密钥内容只显示这一次',
    import: '导入已有的密钥，调用方只需更改网址',
    list: '列出密钥（不含密钥内容）',
    revoke: '吊销密钥：一秒内失效，不可恢复',
    rotate: '换用同种类、同限制的新密钥；重叠期内新旧密钥都有效',
    overlap: '旧密钥继续有效的分钟数，最多 129600（90 天）',
    rotated: (id: string, until: string) => `旧密钥 ${id} 在北京时间 ${until} 之前继续有效。`,
    custom: '用于 appcode 密钥：自定义 AppCode，16–64 个字母、数字、_ 或 -，从标准输入读取',
    customPrompt: '请输入 AppCode（不显示），按回车结束：',
    appCodeOnly: '只有 appcode 密钥可以自定义内容。',
    limit: '限定密钥的来源地址与每日用量；未提到的保持不变',
    addresses: '允许调用的地址或网段，用逗号分隔，如 203.0.113.0/24',
    anyAddress: '不限来源地址',
    dailyCap: '每日（北京时间）计费调用次数上限',
    uncapped: '不设每日上限',
    limitMissing: '请给出 --addresses、--any-address、--daily-cap 或 --uncapped。',
    limited: (id: string, addresses: string, cap: string) =>
      `密钥 ${id}：来源 ${addresses}；每日上限 ${cap}。`,
    anywhere: '不限',
    noCap: '不限',
    reveal: '再次显示 AppCode；查看者记入审计',
    revealRefused: '按设置 KAYAN_APPCODE_REVEAL，AppCode 只显示一次。可改为轮换密钥。',
    key: '密钥 ID',
    kind: '密钥种类',
    mode: 'live 为正式密钥，test 只能访问沙箱',
    id: 'SecretId 或 AppKey（appcode 与 direct 没有此项）',
    secret: '密钥内容。命令行参数会出现在进程列表里，建议改用 --secret-file 或标准输入',
    secretFile: '从文件读取密钥内容；不给则从标准输入读取',
    secretVisible:
      '警告：--secret 的值会出现在进程列表与 shell 历史里，请改用 --secret-file 或标准输入。',
    secretPrompt: '请输入密钥内容（不显示），按回车结束：',
    created: (id: string) => `已生成密钥 ${id}，以下内容只显示这一次：`,
    imported: (id: string, label: string) => `已导入密钥 ${id}（${label}）。`,
    revoked: (id: string) => `已吊销密钥 ${id}。`,
    none: '还没有密钥。新建：kayan keys create <账号>',
    columns: ['ID', '账号', '种类', '用途', '标识', '状态', '建立时间', '到期时间'],
    names: {
      tencent: ['SecretId', 'SecretKey'],
      appcode: ['AppCode', 'AppCode'],
      direct: ['key', 'key'],
      appkey: ['AppKey', 'AppSecret'],
    },
    encrypted: '用于 direct 密钥：调用方加密各要素，该密钥不接受明文调用',
    temporary: '用于 tencent 密钥：经过所给分钟数后失效，最多 525600（一年）；调用须附带会话 Token',
    temporaryUntil: (until: string) =>
      `调用时以 X-TC-Token 附带 Token（旧版签名用参数 Token）。密钥于北京时间 ${until} 失效。`,
    tencentOnly: '只有 tencent 密钥可以是临时密钥。',
    cipherSecretFile: '用于调用方加密的 direct 密钥：从文件读取其 secretKey',
    directOnly: '只有 direct 密钥可以用于加密调用。',
    idMissing: '这种密钥需要 --id（SecretId 或 AppKey）。',
    malformed: (part: string) =>
      `${part} 的格式不可用：SecretId、SecretKey、AppKey、AppSecret 为 1–128 个可见 ASCII 字符，不含逗号与斜杠；AppCode 与 direct 密钥为 16–64 个字母、数字、_ 或 -；secretKey 为 16 个可见 ASCII 字符。`,
  },
  forms: {
    missing: (field: string) => `缺少 ${field}。`,
    unknown: (field: string) => `此处不能填写 ${field}。`,
    wrong_type: (field: string) => `${field} 的取值不可用。`,
    out_of_range: (field: string) => `${field} 超出允许的大小或长度。`,
    malformed: (field: string) => `${field} 的格式不可用。`,
  },
  encryption: {
    description:
      '调用方加密要素所用的密钥（腾讯云接口）：rsa 配 AES-256-CBC，sm2 配 SM4-GCM，kms 为主密钥，由 GenerateDataKey 据此派发数据密钥。私钥不会离开本机存储。',
    create: '生成某种算法的第一把密钥，并打印公钥',
    rotate: '生成新密钥；前一把仍可解密，直到下次轮换；更早的立即停用',
    list: '列出密钥及其公钥',
    retire: '立即停用一把密钥：用它加密的内容不能再解开',
    algorithm: '算法：rsa、sm2 或 kms',
    created: (id: string) => `已生成加密密钥 ${id}。`,
    publicKey: '公钥，可直接交给加密 SDK（PEM 文本的 base64）：',
    keyId: 'GenerateDataKey 的 KeyId：',
    overlap: '前一把密钥仍可解密，直到下次轮换或执行 kayan keys encryption retire。',
    retired: (id: string) => `已停用加密密钥 ${id}。`,
    none: '还没有加密密钥。新建：kayan keys encryption create --account <账号> --algorithm rsa',
    columns: ['ID', '账号', '算法', '状态', '建立时间', '公钥'],
  },
  grants: {
    description: '额度（套餐额度、资源包）是一次购买或赠送的次数，有有效期，按先到期先用扣减。',
    add: '给账号增加额度',
    list: '列出额度与余额',
    withdraw: '收回未用的次数',
    extend: '延长有效期',
    grant: '额度 ID',
    product:
      '产品：card4 四要素、card3 三要素、card2 二要素（姓名与卡号）、cardId 二要素（证件号与卡号）、cardInfo 银行卡基础信息',
    units: '次数',
    mode: 'live 为正式额度，test 供测试密钥使用',
    years: '有效年数，按北京时间',
    expires: '到期日（北京时间当天 0 点），如 2028-12-31；或带时区的完整时间',
    reason: '原因，记入账本',
    added: (id: string, units: number, until: string) =>
      `已增加额度 ${id}：${units} 次，有效期至 ${until}。`,
    withdrawn: (id: string, units: number) => `已从额度 ${id} 收回 ${units} 次。`,
    extended: (id: string, until: string) => `额度 ${id} 的有效期已延至 ${until}。`,
    none: '还没有额度。增加：kayan grants add <账号> --product card4 --units 1000',
    columns: [
      'ID',
      '账号',
      '产品',
      '用途',
      '次数',
      '可用',
      '预占',
      '已用',
      '过期',
      '收回',
      '到期时间',
    ],
    refusals: {
      grant_unknown: '没有这个额度。用 kayan grants list 查看。',
      units_invalid: '次数必须是正整数。',
      units_short: '未用的次数不够收回。用 kayan grants list 查看余额。',
      expiry_invalid: '到期时间必须晚于现在的到期时间（新增时须晚于生效时间）。',
      already_undone: '这笔扣费已经冲正过。',
    },
  },
  registry: {
    description: '持卡人登记库只保存令牌，从不保存明文。',
    import: '导入 CSV（UTF-8 或 GB18030）；中断后再次运行即可续传，重复导入不会重复',
    stats: '登记库的数量统计',
    erase: '删除一个人的全部卡片；证件号码从提问或标准输入读取',
    file: 'CSV 文件，首行为列名',
    columns:
      'CSV 列名（中文或英文皆可）：name 姓名、idNumber 证件号码、cardNumber 银行卡号、mobile 预留手机号，可选 status 卡状态。',
    reading: (rows: string, rate: string) => `已读取 ${rows} 行，${rate} 行/秒`,
    progress: (rows: string, rate: string, left: string) =>
      `已读取 ${rows} 行，${rate} 行/秒，剩余 ${left}`,
    writing: (rows: string) => `正在写入登记库（共 ${rows} 行）`,
    imported: (report: {
      added: number
      changed: number
      unchanged: number
      rejected: number
      seconds: number
    }) =>
      `导入完成：新增 ${report.added}，更新 ${report.changed}，未变 ${report.unchanged}，被拒 ${report.rejected} 行，用时 ${report.seconds.toFixed(1)} 秒。`,
    rejectedFile: (path: string) => `被拒的行见 ${path}`,
    interrupted: (command: string) =>
      `已停止，登记库尚未改变，已处理的部分已保存。再次运行即可续传：${command}`,
    idPrompt: '要删除的证件号码：',
    erased: (cards: number) => `已删除 ${cards} 张卡。`,
    figures: {
      cards: (cards: number) => `卡片：${cards} 张`,
      disk: (bytes: number, each: number, segments: number) =>
        `磁盘：${bytes} 字节，每卡 ${each.toFixed(1)} 字节，${segments} 个分段`,
    },
    errors: {
      foreign_key: () => '登记库不是用这个密钥文件写成的。请换回原来的密钥文件。',
      newer_format: () => '登记库由更新版本的 Kayan 写成。请升级 Kayan。',
      damaged: (detail: string) => `登记库文件已损坏（${detail}）。请从备份恢复，或重新导入。`,
      busy: (detail: string) => `另一个进程（${detail}）正在导入或删除。请等它结束后再试。`,
      disk_full: (detail: string) =>
        `磁盘已满，登记库没有改变（${detail}）。请腾出空间，再次运行即可续传。`,
      unwritable: (detail: string) => `无法写入登记库（${detail}）。请检查权限。`,
      interrupted: () => '已停止，登记库没有改变。再次运行即可续传。',
      unreadable_csv: (detail: string) =>
        `无法读取 CSV（${detail}）。请检查路径、权限与编码（UTF-8 或 GB18030）。`,
      missing_column: (detail: string) =>
        `CSV 首行缺少列 ${detail}。列名见 kayan registry import --help`,
      unknown_column: (detail: string) =>
        `CSV 首行第 ${detail} 列的列名无法识别。列名见 kayan registry import --help`,
      repeated_column: (detail: string) => `CSV 首行的列 ${detail} 重复。`,
      csv_changed: () => 'CSV 在读取过程中被改动。登记库没有改变，请重新运行。',
    },
  },
  ledger: {
    description: '账本只增不改；核对只读，服务运行时也可进行。',
    verify:
      '核对账本：每项检查一行；退出码 0 全部成立，1 有不成立，2 无法核对，3 成立但有供应商调用超过一天仍未定',
    reverse: '冲正一次调用的扣费：次数退回原额度，每笔只能冲正一次',
    reversed: (call: string, grant: string) => `已冲正调用 ${call}，一次退回额度 ${grant}。`,
    notCharged: (call: string) => `调用 ${call} 没有扣费，无需冲正。`,
    checks: {
      V1: '每笔额度收支相等，任何科目从未为负',
      V2: '余额等于流水之和，时间从不倒退',
      V3: '收费的调用与扣费流水一一对应',
      V4: '免费的结果没有扣费',
      V5: '每笔预占只结束一次，且没有过久的预占',
      V6: '每笔冲正对应一笔扣费，且只有一次',
      V7: '调用编号唯一且来自租约',
      V8: '每次扣减都取自当时最先到期的有效额度',
      V9: '向供应商的每次请求只有一行成本记录，由应答或凭据结束一次',
      V10: '已封存的流水与审计没有被改动、删除、添加或调换',
      V11: '每份日账单与月账单收支相等，结余与当日余量一致',
    } satisfies Record<CheckId, string>,
    ok: '成立',
    fail: '不成立',
    holds: '账本核对通过。',
    broken: '账本核对未通过。请停止服务，保留数据目录，并按 docs 的操作手册处理。',
  },
  sale: zhSale,
  calls: zhCalls,
  rules: zhRules,
  call: zhCall,
  users: zhUsers,
  vendors: zhVendors,
  routing: zhRouting,
  statements: zhStatements,
  invoices: zhInvoices,
  storageCommand: {
    description: '安装所用的数据库。',
    migrate:
      '把数据目录里 SQLite 的全部内容复制到空的 PostgreSQL（KAYAN_DATABASE_URL），并在那里核对账本；请先停止服务',
    from: '迁出的数据库',
    to: '迁入的数据库',
    addressMissing: '请把 KAYAN_DATABASE_URL 设为要迁入的 PostgreSQL 数据库。',
    table: (table: string, rows: number) => `${table}  ${rows}`,
    moved:
      '迁移完成，账本核对通过。今后请带 KAYAN_DATABASE_URL 启动服务；密钥文件与登记库仍在原处。',
    notMoved: '账本在新库中核对未通过，原库继续使用。请保留两者并报告问题。',
  },
  sandbox: {
    description:
      '沙箱账号的时间、额度与故障演练，只影响测试密钥；运行中的服务一秒内生效。production 模式没有沙箱。',
    reset: '收回剩余额度，发放新的测试额度，时钟回到现在，结束故障演练',
    clock: '让沙箱账号的套餐经过一段时间；now 回到现在',
    shift: '+2y（年）、+30d（天）或 now',
    chaos: '让测试密钥的调用按概率被拒绝；off 结束；不带参数则显示当前状态',
    off: '结束故障演练',
    fault: '拒绝原因，见 docs/reference/outcomes-and-faults.zh-CN.md',
    probability: '被拒绝的比例，大于 0，至多为 1',
    production: 'production 模式没有沙箱，什么也没有改变。',
    chaosIncomplete: '请同时给出 --fault 与 --probability，或写 off。',
    wasReset: '沙箱已重置：额度是新的，时钟是现在，没有故障演练。',
    moved: (shift: string) => `沙箱账号的套餐已经过 ${shift}。回到现在：kayan sandbox clock now`,
    restored: '沙箱账号的时钟已回到现在。',
    chaosOn: (fault: string, probability: string) =>
      `故障演练进行中：测试密钥的调用以概率 ${probability} 被拒绝（${fault}）。结束：kayan sandbox chaos off`,
    chaosOff: '没有故障演练。',
  },
  doctor: {
    description: '逐项检查运行环境，每项一行；有 fail 时退出码为 1。',
    status: { ok: '正常', warn: '注意', fail: '失败' },
    node: (version: string) => `Node.js ${version}`,
    nodeUnsupported: (version: string) =>
      `Node.js ${version} 不受支持：需要 24.16 以上的 24.x，或 26.1 以上`,
    nodeUnpatched: (version: string, floor: string, cve: string) =>
      `Node.js ${version} 有已知漏洞 ${cve}，请升级到 ${floor}`,
    config: '设置有效',
    unknownVariables: (names: string) => `没有这些设置，请检查拼写：${names}`,
    dataDir: (path: string, free: string) => `数据目录 ${path}，可用空间 ${free}`,
    dataDirMissing: (path: string) => `数据目录 ${path} 尚不存在，首次启动时建立`,
    dataDirUnwritable: (path: string) => `无法写入数据目录 ${path}：请检查权限`,
    spaceLow: (path: string, free: string) => `数据目录 ${path} 只剩 ${free}：请清理磁盘`,
    keyFile: (path: string) => `密钥文件 ${path}`,
    keyFileMissing: (path: string) => `密钥文件 ${path} 尚不存在，首次启动时建立`,
    database: (engine: string, version: string) => `数据库 ${engine}，版本 ${version}，检查通过`,
    databaseMissing: '数据库尚不存在，首次启动时建立',
    databaseBroken: (detail: string) => `数据库不可靠：${detail}。请从备份恢复，或改正服务器的设置`,
    ledger: '账本核对通过',
    ledgerBroken: (checks: string) => `账本核对未通过：${checks}。详情见 kayan ledger verify`,
    port: (address: string) => `端口 ${address} 可用`,
    portBusy: (address: string) => `端口 ${address} 已被占用（服务正在运行则属正常）`,
    portRefused: (address: string, reason: string) => `无法监听 ${address}：${reason}`,
    clock: '系统时钟合理',
    clockWrong: (time: string) => `系统时钟为 ${time}，早于已有记录：请校时，否则签名会被判过期`,
  },
  config: {
    not_an_integer: (name: string, value: string) => `${name} 应为整数，当前为 “${value}”。`,
    out_of_range: (name: string, value: string, range: string) =>
      `${name} 应在 ${range} 之间，当前为 ${value}。`,
    not_a_choice: (name: string, value: string, choices: string) =>
      `${name} 只能是 ${choices}，当前为 “${value}”。`,
    not_a_network: (name: string, value: string) =>
      `${name} 中的 “${value}” 不是 IP 地址或网段（如 10.0.0.0/8）。`,
    not_an_address: (name: string) =>
      `${name} 不是可用的地址（可能含密码，此处不显示），见 docs/reference/configuration.md`,
    development_only: (name: string, value: string) =>
      `${name} 为 ${value} 会泄露要素，生产模式拒绝使用。`,
    headers_after_request: (name: string, value: string) =>
      `${name}（${value}）不得大于 KAYAN_REQUEST_TIMEOUT_MS。`,
    half_a_pair: (name: string) =>
      `${name} 未设置：KAYAN_TLS_CERT_FILE 与 KAYAN_TLS_KEY_FILE 须同时设置。`,
    not_a_certificate: (name: string, value: string) =>
      `${name}（${value}）无法用作证书：文件不可读、不是 PEM，或与 KAYAN_TLS_KEY_FILE 的私钥不匹配。`,
    key_file_inside_data_dir: (name: string, value: string) =>
      `${name}（${value}）不得放在数据目录里：密钥须与数据分开存放。`,
  },
  keyFile: {
    lost: (path: string) =>
      `找不到密钥文件 ${path}，而数据是用它写成的。请从备份恢复该文件，或用 KAYAN_KEY_FILE 指出它的位置。`,
    foreign: (path: string) =>
      `密钥文件 ${path} 不属于这份数据。请换回原来的密钥文件，或用 KAYAN_KEY_FILE 指出它的位置。`,
    permissive: (path: string) =>
      `其他用户可以读取密钥文件 ${path}，生产模式拒绝使用。请运行 chmod 600 ${path}`,
    malformed: (path: string) => `${path} 不是本版本可用的密钥文件。请从备份恢复。`,
    unreadable: (path: string, reason: string) =>
      `无法读取密钥文件 ${path}（${reason}）。请检查权限。`,
    unwritable: (path: string, reason: string) =>
      `无法建立密钥文件 ${path}（${reason}）。请检查目录、权限与磁盘空间。`,
  },
  storage: {
    newer_version: (path: string) =>
      `数据由更新版本的 Kayan 写成（${path}）。请升级 Kayan，或改用另一个数据目录。`,
    older_version: (path: string) =>
      `数据由更早版本的 Kayan 写成（${path}）。请先启动一次服务完成升级：kayan serve`,
    in_use: (path: string) =>
      `另一个 Kayan 正在使用这个数据目录（${path}）。请先停止它，或改用另一个数据目录。`,
    busy: (path: string) => `数据库正被另一个进程长时间占用（${path}）。请稍后再试。`,
    full: (path: string) => `磁盘已满，没有写入任何内容（${path}）。请腾出空间后重试。`,
    unreadable: (path: string) =>
      `无法打开数据库（${path}）。请检查路径与权限；尚未初始化时，先运行 kayan serve。`,
    corrupt: (path: string) => `数据库已损坏（${path}）。请停止服务并从备份恢复。`,
    failed: (path: string) => `读写数据库失败（${path}）。请检查磁盘与文件系统。`,
    driver_missing: (path: string) => `${path}：请先安装 PostgreSQL 驱动：npm install pg`,
    not_empty: (path: string) =>
      `${path}：数据库里已有内容。请给一个空库；中断的迁移不会留下内容。`,
    moved: (path: string) =>
      `数据已迁移到其他数据库（${path}），额度由那里扣减：请设置 KAYAN_DATABASE_URL。`,
    unreachable: (path: string) =>
      `${path}：无法连接数据库服务器；请检查 KAYAN_DATABASE_URL、网络与账号。`,
  },
  accountErrors: {
    account_unknown: (subject: string) => `没有账号 ${subject}。用 kayan accounts list 查看。`,
    account_name_taken: (subject: string) => `账号名称 ${subject} 已被使用，请换一个。`,
    credential_taken: () => '这个密钥不能使用：它已经登记过。请换一个。',
    key_unknown: (subject: string) => `没有密钥 ${subject}。用 kayan keys list 查看。`,
    key_already_revoked: (subject: string) => `密钥 ${subject} 早已吊销。`,
    decrypt_key_exists: (subject: string) =>
      `该账号已有启用中的 ${subject} 加密密钥。更换：kayan keys encryption rotate`,
    account_closed: (subject: string) => `账号 ${subject} 已永久关闭，请新建账号。`,
    key_temporary: (subject: string) =>
      `密钥 ${subject} 是临时密钥，请另建：kayan keys create --temporary`,
    key_not_revealable: (subject: string) =>
      `密钥 ${subject} 不是 appcode：内容只在新建时显示一次。可以轮换：kayan keys rotate`,
    idempotency_conflict: (subject: string) => `幂等键 ${subject} 已用于另一个请求，请换一个。`,
  },
  system: {
    portBusy: (address: string) =>
      `端口 ${address} 已被占用。请停止占用它的程序，或换一个端口：kayan serve --port 8081`,
    addressRefused: (address: string) =>
      `无法监听 ${address}。请检查 KAYAN_HOST；1024 以下的端口需要特权。`,
    fileMissing: (path: string) => `找不到 ${path}。请检查路径。`,
    fileRefused: (path: string) => `没有权限访问 ${path}。请检查文件权限。`,
    isDirectory: (path: string) => `${path} 是目录，这里需要文件。`,
    diskFull: '磁盘已满。请腾出空间后重试。',
  },
  usage: {
    unknownOption: (name: string) => `没有选项 ${name}。`,
    unknownCommand: (name: string) => `没有命令 ${name}。`,
    missingArgument: (name: string) => `缺少参数 ${name}。`,
    missingOption: (name: string) => `缺少选项 ${name}。`,
    optionValueMissing: (name: string) => `选项 ${name} 后面缺少值。`,
    invalidValue: (name: string, value: string) => `${name} 的值 “${value}” 不可用。`,
    excessArguments: '参数太多。',
    conflict: (name: string) => `选项 ${name} 不能与其他选项同用。`,
    seeHelp: (command: string) => `用法见 ${command} --help`,
    notANumber: (name: string, value: string) => `${name} 应为正整数，当前为 “${value}”。`,
    notADate: (name: string, value: string) =>
      `${name} 应为日期，如 2028-12-31，当前为 “${value}”。`,
    emptyInput: '标准输入没有内容。',
  },
  node: {
    unsupported: (version: string) =>
      `Kayan 需要 Node.js 24.16 以上的 24.x，或 26.1 以上；当前为 ${version}。请在项目目录运行 npm ci，再用 npm start 启动。`,
    unpatched: (version: string, floor: string, cve: string) =>
      `警告：Node.js ${version} 有已知漏洞 ${cve}，请升级到 ${floor}。`,
    refused: (version: string, floor: string, cve: string) =>
      `Node.js ${version} 有已知漏洞 ${cve}，生产模式拒绝启动。请升级到 ${floor}；确需使用时加 --allow-unpatched-node。`,
  },
  bug: (message: string) =>
    `程序内部错误：${message}。设置 KAYAN_LOG_LEVEL=debug 重新运行可看到详情，请据此报告问题。`,
  units: {
    bytes: (value: string, unit: string) => `${value} ${unit}`,
    seconds: (n: number) => `${n} 秒`,
    minutes: (n: number) => `${n} 分钟`,
  },
}

/** The shape both languages have. */
export type Locale = typeof zh
