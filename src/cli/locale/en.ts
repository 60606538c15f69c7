/** Every text the CLI prints, in English. */
import { enCall } from './call.ts'
import { enCalls } from './calls.ts'
import { enInvoices } from './invoices.ts'
import { enRouting } from './routing.ts'
import { enRules } from './rules.ts'
import { enSale } from './sale.ts'
import { enStatements } from './statements.ts'
import { enUsers } from './users.ts'
import { enVendors } from './vendors.ts'
import type { Locale } from './zh.ts'

export const en: Locale = {
  help: {
    usage: 'Usage:',
    arguments: 'Arguments:',
    options: 'Options:',
    commands: 'Commands:',
    examples: 'Examples:',
    help: 'show help',
    optionsPlace: '[options]',
    commandPlace: '[command]',
    version: 'show the version',
    default: (value) => `default ${value}`,
    choices: (values) => `one of ${values}`,
  },
  program: {
    description: 'Kayan: a self-hosted bank-card four-element verification service',
    lang: 'language: zh or en (or set KAYAN_LANG)',
    dataDir: 'data directory (or set KAYAN_DATA_DIR)',
    json: 'print JSON, for scripts',
    notes: 'Further settings: environment variables KAYAN_*, see docs/reference/configuration.md',
  },
  commands: {
    serve: 'start the service',
    verify: 'make one verification from the terminal',
    call: enCall.summary,
    accounts: 'manage accounts',
    keys: 'manage keys',
    grants: 'manage grants of units',
    quota: 'show what is left, in the order in which it is spent',
    plans: 'manage what is for sale',
    orders: 'place, pay and refund orders',
    trial: 'give the free trial',
    payments: 'manage payment providers',
    alerts: 'set alerts and automatic orders',
    postpaid: 'manage accounts that pay afterwards',
    registry: 'manage the cardholder registry',
    invoices: 'ask for and record invoices',
    ledger: 'verify the ledger, print statements',
    calls: 'look into the call log',
    rules: enRules.summary,
    users: enUsers.summary,
    vendors: enVendors.summary,
    storage: 'move to another database',
    sandbox: 'reset the sandbox, move its clock, cause chaos',
    doctor: 'check what the service runs on',
  },
  serve: {
    description:
      'Starts the service until SIGTERM or Ctrl+C. The first start creates the data directory and the root key file; in development mode it also creates a sandbox account.',
    host: 'address to listen on (KAYAN_HOST)',
    port: 'port to listen on, 0 for any free one (KAYAN_PORT)',
    allowUnpatchedNode: 'in production, run on a Node.js with a known hole',
    keyFileCreated: (path) =>
      `Created the root key file ${path}. Back it up apart from the data now: without it, registry and keys are lost.`,
    keyFilePermissive: (path) =>
      `Warning: other users can read the key file ${path}. Run chmod 600 ${path}`,
    unknownVariable: (name) =>
      `Warning: there is no setting ${name}; it is ignored. Check its spelling.`,
    sandbox: 'sandbox',
    production: 'production',
    sandboxKeys: 'Sandbox test keys (published, development mode only):',
    tryAliyun: 'Try the Aliyun face:',
    broken:
      'It is not known whether the last commit reached the disk, so nothing is answered any more. Check the disk and start again; what the disk holds decides.',
    tryTencent: 'Try the Tencent face (the signature is valid for five minutes):',
  },
  verify: {
    description:
      'Verifies one set of elements and prints the result; elements are shown masked only. By default it asks the sandbox; with --live the local registry directly, which costs nothing and leaves an audit line. With --url it calls a running service and is charged to the key.',
    product:
      'elements to verify: card4 all four, card3 without mobile, card2 name and card, cardId ID number and card, cardInfo the issuer of a card',
    name: 'name',
    id: 'ID number',
    card: 'bank card number',
    mobile: 'reserved mobile number',
    stdin: 'read JSON from standard input: {"name","idNumber","cardNumber","mobile"}',
    live: 'ask the registry instead of the sandbox',
    url: 'call a running service, such as http://127.0.0.1:8080',
    appCode:
      'AppCode to call the service with; by default that of the sandbox. Options show in the process list: use --app-code-file for real keys',
    appCodeFile: 'read the AppCode from a file',
    optionsVisible:
      'Note: options show in the process list and in shell history; give real elements at the prompts or by --stdin.',
    issuer: 'issuer',
    cardTypes: {
      debit: 'debit',
      credit: 'credit',
      prepaid: 'prepaid',
      quasi_credit: 'quasi-credit',
    },
    prompt: {
      name: 'Name: ',
      idNumber: 'ID number: ',
      cardNumber: 'Card number: ',
      mobile: 'Mobile: ',
    },
    badJson:
      'Standard input is not the JSON object wanted: {"name":"…","idNumber":"…","cardNumber":"…","mobile":"…"}.',
    missing: (element) => `The ${element} is missing. Give it by option, prompt or --stdin.`,
    element: { name: 'name', idNumber: 'ID number', cardNumber: 'card number', mobile: 'mobile' },
    result: 'result',
    code: 'code',
    sequence: 'sequence',
    fault: (name) => `refused: ${name}`,
    serverUnreachable: (url) =>
      `Cannot reach ${url}. Is the service running (kayan serve) and the address right?`,
    serverRefused: (status, reason) => `The service refused the request: HTTP ${status} ${reason}`,
    notOurs: (url) => `The reply of ${url} is not of this interface. Check the address.`,
    urlCard4: '--url verifies card4 only.',
  },
  outcomes: {
    match: 'match',
    mismatch: 'mismatch',
    holder_mismatch: 'cardholder details wrong',
    no_record: 'the registry has no such card',
    cnp_not_enabled: 'card-not-present payment not enabled',
    card_confiscated: 'card confiscated',
    card_invalid: 'invalid card number',
    issuer_unknown: 'no issuer for this card',
    card_dormant: 'card not initialised or dormant',
    card_retained: 'card retained',
    card_lost: 'card reported lost',
    card_expired: 'card expired',
    card_restricted: 'card restricted',
    pin_tries_exceeded: 'PIN tries exceeded',
    issuer_unsupported: 'not supported by the issuer',
    card_abnormal: 'card state abnormal',
    name_malformed: 'name malformed',
    id_malformed: 'ID number malformed',
    card_malformed: 'card number malformed',
    mobile_malformed: 'mobile number malformed',
    id_type_unsupported: 'ID type not supported',
    attempts_exceeded: 'too many attempts',
    source_busy: 'source busy, try again later',
    source_unknown: 'cannot be verified, result unknown',
  },
  accounts: {
    description: 'An account is a caller; it holds keys and grants.',
    create: 'create an account',
    list: 'list accounts',
    suspend: 'suspend an account: its keys are refused at once',
    resume: 'resume a suspended account',
    setState: 'say in which state an account is; each but active refuses its calls',
    states:
      'inactive: the service is not activated; unverified: no real name; active; charge_abnormal: billing is abnormal; arrears: money is owed; frozen: stopped by the operator; closed: for ever',
    name: 'name of the account, unique',
    account: 'id or name of the account',
    rate: 'rate limit: requests a second for each key and API',
    created: (id, name) => `Created account ${id} (${name}). Next: kayan keys create ${id}`,
    state: (id, state) => `Account ${id} is now ${state}.`,
    setUnsignedPayload:
      'say whether an account may send bodies that its signature does not cover (UNSIGNED-PAYLOAD)',
    unsignedPayloadRules: 'policy: as KAYAN_TENCENT_UNSIGNED_PAYLOAD says; refused: never',
    unsignedPayload: (id, rule) =>
      rule === 'refused'
        ? `Account ${id} must have its bodies signed.`
        : `Account ${id} goes by KAYAN_TENCENT_UNSIGNED_PAYLOAD.`,
    none: 'No accounts yet. Create one: kayan accounts create <name>',
    columns: ['ID', 'NAME', 'STATE', 'RATE/S', 'KEYS', 'CREATED'],
  },
  keys: {
    description:
      'A key is what a caller calls with: tencent is SecretId and SecretKey, appcode an AppCode, appkey AppKey and AppSecret, direct the parameter key of the vendor’s own host.',
    create: 'generate a new key; its secret is shown this once',
    import: 'import an existing key, so that callers change the URL only',
    list: 'list keys (no secrets)',
    revoke: 'revoke a key: within a second, for ever',
    rotate: 'replace a key by a new one of its kind and limits; both work until the overlap ends',
    overlap: 'minutes for which the key before goes on working, at most 129600 (90 days)',
    rotated: (id, until) => `Key ${id} goes on working until ${until}, Beijing time.`,
    custom:
      'of an appcode key: you choose the AppCode, 16–64 letters, digits, _ or -; it is read from standard input',
    customPrompt: 'Type the AppCode (it is not shown) and press Enter: ',
    appCodeOnly: 'Only the AppCode of a key of kind appcode can be chosen.',
    limit: 'say from where and how often a key may be used; what is not named stays',
    addresses:
      'addresses or networks it may be called from, separated by commas, such as 203.0.113.0/24',
    anyAddress: 'it may be called from anywhere',
    dailyCap: 'charged calls a day, by the Beijing calendar',
    uncapped: 'no daily cap',
    limitMissing: 'Give --addresses, --any-address, --daily-cap or --uncapped.',
    limited: (id, addresses, cap) => `Key ${id}: from ${addresses}; a day: ${cap}.`,
    anywhere: 'anywhere',
    noCap: 'no cap',
    reveal: 'show an AppCode again; the audit keeps who did so',
    revealRefused:
      'AppCodes are shown once only here (KAYAN_APPCODE_REVEAL). Rotate the key instead.',
    key: 'id of the key',
    kind: 'kind of key',
    mode: 'live, or test for the sandbox only',
    id: 'SecretId or AppKey (appcode and direct have none)',
    secret:
      'the secret. Options show in the process list: rather use --secret-file or standard input',
    secretFile: 'file to read the secret from; without it, standard input',
    secretVisible:
      'Warning: the value of --secret shows in the process list and in shell history; use --secret-file or standard input.',
    secretPrompt: 'Type the secret (it is not shown) and press Enter: ',
    created: (id) => `Created key ${id}. This is shown once:`,
    imported: (id, label) => `Imported key ${id} (${label}).`,
    revoked: (id) => `Revoked key ${id}.`,
    none: 'No keys yet. Create one: kayan keys create <account>',
    columns: ['ID', 'ACCOUNT', 'KIND', 'MODE', 'LABEL', 'STATE', 'CREATED', 'ENDS'],
    names: {
      tencent: ['SecretId', 'SecretKey'],
      appcode: ['AppCode', 'AppCode'],
      direct: ['key', 'key'],
      appkey: ['AppKey', 'AppSecret'],
    },
    encrypted: 'of a direct key: its callers encrypt the elements, and it takes no plain calls',
    temporary:
      'of a tencent key: it ends after so many minutes, at most 525600 (a year), and its calls carry a session token',
    temporaryUntil: (until) =>
      `Calls carry the token as X-TC-Token (older signatures: parameter Token). The key ends at ${until}, Beijing time.`,
    tencentOnly: 'Only a key of kind tencent can be temporary.',
    cipherSecretFile: 'of a direct key whose callers encrypt: file to read their secretKey from',
    directOnly: 'Only a key of kind direct can be for encrypted calls.',
    idMissing: 'This kind of key wants --id (SecretId or AppKey).',
    malformed: (part) =>
      `${part} has an unusable form: SecretId, SecretKey, AppKey and AppSecret are 1–128 visible ASCII characters without comma or slash, an AppCode or direct key is 16–64 letters, digits, _ or -, a secretKey 16 visible ASCII characters.`,
  },
  forms: {
    missing: (field) => `${field} is missing.`,
    unknown: (field) => `${field} cannot be given here.`,
    wrong_type: (field) => `${field} cannot have this value.`,
    out_of_range: (field) => `${field} is too small, too large, too short or too long.`,
    malformed: (field) => `${field} has an unusable form.`,
  },
  encryption: {
    description:
      'Keys under which callers encrypt elements for the Tencent face: rsa with AES-256-CBC, sm2 with SM4-GCM, kms a master key from which GenerateDataKey hands data keys out. The private part never leaves the store.',
    create: 'generate the first key of an algorithm and print its public part',
    rotate:
      'generate a new key; the one before it still opens what comes until the next rotation, any older one no more',
    list: 'list keys with their public parts',
    retire: 'end a key at once: what was encrypted for it can no longer be opened',
    algorithm: 'algorithm: rsa, sm2 or kms',
    created: (id) => `Created encryption key ${id}.`,
    publicKey: 'Public key, as the encryption clients take it (base64 of a PEM text):',
    keyId: 'KeyId for GenerateDataKey:',
    overlap:
      'The key before it still opens what comes, until the next rotation or kayan keys encryption retire.',
    retired: (id) => `Retired encryption key ${id}.`,
    none: 'No encryption keys yet. Create one: kayan keys encryption create --account <account> --algorithm rsa',
    columns: ['ID', 'ACCOUNT', 'ALGORITHM', 'STATE', 'CREATED', 'PUBLIC KEY'],
  },
  grants: {
    description:
      'A grant is a number of units bought or given, valid for a time; the first to expire is spent first.',
    add: 'add a grant to an account',
    list: 'list grants and what is left of them',
    withdraw: 'take unused units back',
    extend: 'extend the validity',
    grant: 'id of the grant',
    product:
      'product: card4 all four elements, card3 without mobile, card2 name and card, cardId ID number and card, cardInfo the issuer of a card',
    units: 'number of units',
    mode: 'live, or test for test keys',
    years: 'years of validity, by the Beijing calendar',
    expires: 'day of expiry (0:00 Beijing time), such as 2028-12-31, or a full time with its zone',
    reason: 'why; it is kept in the ledger',
    added: (id, units, until) => `Added grant ${id}: ${units} units, valid until ${until}.`,
    withdrawn: (id, units) => `Withdrew ${units} units from grant ${id}.`,
    extended: (id, until) => `Grant ${id} is now valid until ${until}.`,
    none: 'No grants yet. Add one: kayan grants add <account> --product card4 --units 1000',
    columns: [
      'ID',
      'ACCOUNT',
      'PRODUCT',
      'MODE',
      'UNITS',
      'AVAILABLE',
      'RESERVED',
      'USED',
      'EXPIRED',
      'WITHDRAWN',
      'UNTIL',
    ],
    refusals: {
      grant_unknown: 'There is no such grant. See kayan grants list.',
      units_invalid: 'The number of units must be a positive whole number.',
      units_short: 'Fewer units are left than that. See kayan grants list.',
      expiry_invalid:
        'The expiry must be later than the present one (of a new grant: later than its start).',
      already_undone: 'This charge was reversed before.',
    },
  },
  registry: {
    description: 'The cardholder registry keeps tokens, never plaintext.',
    import:
      'import CSV (UTF-8 or GB18030); run it again to resume after an interruption; repeating changes nothing',
    stats: 'figures of the registry',
    erase: 'erase all cards of a person; the ID number is read from a prompt or standard input',
    file: 'CSV file whose first line names the columns',
    columns:
      'CSV columns, in English or Chinese: name 姓名, idNumber 证件号码, cardNumber 银行卡号, mobile 预留手机号, and optionally status 卡状态.',
    reading: (rows, rate) => `${rows} rows read, ${rate} rows/s`,
    progress: (rows, rate, left) => `${rows} rows read, ${rate} rows/s, ${left} left`,
    writing: (rows) => `writing the registry (${rows} rows)`,
    imported: ({ added, changed, unchanged, rejected, seconds }) =>
      `Imported: ${added} added, ${changed} changed, ${unchanged} unchanged, ${rejected} rejected, in ${seconds.toFixed(1)} s.`,
    rejectedFile: (path) => `Rejected rows: ${path}`,
    interrupted: (command) =>
      `Stopped; the registry is unchanged yet, and the work done is kept. To resume: ${command}`,
    idPrompt: 'ID number to erase: ',
    erased: (cards) => `Erased ${cards} cards.`,
    figures: {
      cards: (cards) => `cards: ${cards}`,
      disk: (bytes, each, segments) =>
        `disk: ${bytes} bytes, ${each.toFixed(1)} bytes a card, ${segments} segments`,
    },
    errors: {
      foreign_key: () =>
        'The registry was written under another key file. Put the original one back.',
      newer_format: () => 'The registry was written by a newer Kayan. Upgrade Kayan.',
      damaged: (detail) =>
        `A file of the registry is damaged (${detail}). Restore a backup, or import again.`,
      busy: (detail) => `Another process (${detail}) imports or erases. Wait for it and try again.`,
      disk_full: (detail) =>
        `The disk is full; the registry is unchanged (${detail}). Free some space and run it again to resume.`,
      unwritable: (detail) => `Cannot write the registry (${detail}). Check permissions.`,
      interrupted: () => 'Stopped; the registry is unchanged. Run it again to resume.',
      unreadable_csv: (detail) =>
        `Cannot read the CSV (${detail}). Check path, permissions and encoding (UTF-8 or GB18030).`,
      missing_column: (detail) =>
        `The first line of the CSV lacks the column ${detail}. See kayan registry import --help`,
      unknown_column: (detail) =>
        `Column ${detail} in the first line of the CSV is unknown. See kayan registry import --help`,
      repeated_column: (detail) => `The first line of the CSV repeats the column ${detail}.`,
      csv_changed: () =>
        'The CSV changed while it was read. The registry is unchanged; run it again.',
    },
  },
  ledger: {
    description: 'The ledger is append-only; verifying only reads, also while the service runs.',
    verify:
      'verify the ledger, one line a check; exit code 0 when all hold, 1 when one is broken, 2 when it could not run, 3 when all hold but calls to vendors are unknown for more than a day',
    reverse: 'undo the charge of a call: its unit goes back to its grant, once',
    reversed: (call, grant) => `Reversed call ${call}; its unit is back in grant ${grant}.`,
    notCharged: (call) => `Call ${call} was not charged; there is nothing to reverse.`,
    checks: {
      V1: 'every grant adds up and no account was ever below zero',
      V2: 'balances are the sum of their entries, and time never steps back',
      V3: 'charged calls and charges match one to one',
      V4: 'no charge under a result that is free',
      V5: 'every reservation ended once, and none is too old',
      V6: 'every reversal undoes a charge, once',
      V7: 'serial numbers are unique and were leased',
      V8: 'every unit was taken of the first valid grant of its moment',
      V9: 'every attempt on a vendor is one row, ended once by a reply or by evidence',
      V10: 'no sealed row was changed, dropped, added or moved',
      V11: 'every statement of a day or month sums and closes with what was left',
    },
    ok: 'OK',
    fail: 'FAIL',
    holds: 'The ledger holds.',
    broken:
      'The ledger is broken. Stop the service, keep the data directory, and follow the operating manual in docs.',
  },
  sale: enSale,
  calls: enCalls,
  rules: enRules,
  call: enCall,
  users: enUsers,
  vendors: enVendors,
  routing: enRouting,
  statements: enStatements,
  invoices: enInvoices,
  storageCommand: {
    description: 'The database of the installation.',
    migrate:
      'copy everything from the SQLite of the data directory into an empty PostgreSQL (KAYAN_DATABASE_URL) and prove the ledger there; stop the service first',
    from: 'engine that is left',
    to: 'engine that is moved to',
    addressMissing: 'Set KAYAN_DATABASE_URL to the PostgreSQL database to move into.',
    table: (table, rows) => `${table}  ${rows}`,
    moved:
      'Moved, and the ledger holds. Start the service with KAYAN_DATABASE_URL from now on; the key file and the registry stay where they are.',
    notMoved:
      'The ledger does not hold in the new database, so the old one stays in use. Keep both and report it.',
  },
  sandbox: {
    description:
      'Time, units and chaos of the sandbox account. Only test keys are affected; a running service follows within a second. In production mode there is no sandbox.',
    reset: 'take back what is left, give fresh test grants, set the clock to now, end chaos',
    clock: 'let time pass for the packages of the sandbox account; now brings them back',
    shift: '+2y (years), +30d (days) or now',
    chaos: 'refuse calls with test keys at random; off ends it; without anything, say what is on',
    off: 'end chaos',
    fault: 'the refusal, see docs/reference/outcomes-and-faults.md',
    probability: 'share of the calls, above 0 and up to 1',
    production: 'In production mode there is no sandbox; nothing was changed.',
    chaosIncomplete: 'Give both --fault and --probability, or off.',
    wasReset: 'The sandbox is reset: fresh grants, the clock at now, no chaos.',
    moved: (shift) =>
      `${shift} have passed for the packages of the sandbox account. Back to now: kayan sandbox clock now`,
    restored: 'The clock of the sandbox account is back at now.',
    chaosOn: (fault, probability) =>
      `Chaos is on: calls with test keys are refused with probability ${probability} (${fault}). End it: kayan sandbox chaos off`,
    chaosOff: 'There is no chaos.',
  },
  doctor: {
    description: 'Checks what the service runs on, one line each; exit code 1 when one fails.',
    status: { ok: 'ok', warn: 'warn', fail: 'fail' },
    node: (version) => `Node.js ${version}`,
    nodeUnsupported: (version) =>
      `Node.js ${version} is not supported: use 24.16 or later of 24.x, or 26.1 or later`,
    nodeUnpatched: (version, floor, cve) =>
      `Node.js ${version} has a known hole, ${cve}: upgrade to ${floor}`,
    config: 'settings are valid',
    unknownVariables: (names) => `there are no such settings, check the spelling: ${names}`,
    dataDir: (path, free) => `data directory ${path}, ${free} free`,
    dataDirMissing: (path) => `data directory ${path} is not there yet; the first start creates it`,
    dataDirUnwritable: (path) => `cannot write to the data directory ${path}: check permissions`,
    spaceLow: (path, free) => `only ${free} left for the data directory ${path}: free some space`,
    keyFile: (path) => `key file ${path}`,
    keyFileMissing: (path) => `key file ${path} is not there yet; the first start creates it`,
    database: (engine, version) =>
      `database ${engine}, version ${version}: nothing is wrong with it`,
    databaseMissing: 'no database yet; the first start creates it',
    databaseBroken: (detail) =>
      `the database cannot be relied on: ${detail}. Restore a backup, or the settings of its server`,
    ledger: 'the ledger holds',
    ledgerBroken: (checks) => `the ledger is broken: ${checks}. See kayan ledger verify`,
    port: (address) => `${address} is free to listen on`,
    portBusy: (address) => `${address} is in use (as it should be while the service runs)`,
    portRefused: (address, reason) => `cannot listen on ${address}: ${reason}`,
    clock: 'the clock is sane',
    clockWrong: (time) =>
      `the clock says ${time}, earlier than records already kept: set it, or signatures will look expired`,
  },
  config: {
    not_an_integer: (name, value) => `${name} must be a whole number, not "${value}".`,
    out_of_range: (name, value, range) => `${name} must lie within ${range}, not ${value}.`,
    not_a_choice: (name, value, choices) => `${name} must be ${choices}, not "${value}".`,
    not_a_network: (name, value) =>
      `"${value}" in ${name} is no IP address or network (such as 10.0.0.0/8).`,
    not_an_address: (name) =>
      `${name} is no address that can be used (it is not repeated here, for it may hold a password): see docs/reference/configuration.md`,
    development_only: (name, value) =>
      `${name} set to ${value} tells elements; production mode refuses it.`,
    headers_after_request: (name, value) =>
      `${name} (${value}) must not be above KAYAN_REQUEST_TIMEOUT_MS.`,
    half_a_pair: (name) =>
      `${name} is not set: KAYAN_TLS_CERT_FILE and KAYAN_TLS_KEY_FILE go together.`,
    not_a_certificate: (name, value) =>
      `${name} (${value}) cannot be used: it cannot be read, is no PEM certificate, or does not belong to the key in KAYAN_TLS_KEY_FILE.`,
    key_file_inside_data_dir: (name, value) =>
      `${name} (${value}) must not lie in the data directory: keep the key apart from the data.`,
  },
  keyFile: {
    lost: (path) =>
      `The key file ${path} is lost, and the data was written under it. Restore it from a backup, or say where it is by KAYAN_KEY_FILE.`,
    foreign: (path) =>
      `The key file ${path} does not belong to this data. Put the original one back, or say where it is by KAYAN_KEY_FILE.`,
    permissive: (path) =>
      `Other users can read the key file ${path}; production mode refuses it. Run chmod 600 ${path}`,
    malformed: (path) => `${path} is no key file this version can use. Restore it from a backup.`,
    unreadable: (path, reason) =>
      `Cannot read the key file ${path} (${reason}). Check permissions.`,
    unwritable: (path, reason) =>
      `Cannot create the key file ${path} (${reason}). Check the directory, permissions and disk space.`,
  },
  storage: {
    newer_version: (path) =>
      `The data was written by a newer Kayan (${path}). Upgrade Kayan, or use another data directory.`,
    older_version: (path) =>
      `The data was written by an older Kayan (${path}). Start the service once to upgrade it: kayan serve`,
    in_use: (path) =>
      `Another Kayan is using this data directory (${path}). Stop it, or use another one.`,
    busy: (path) => `Another process keeps the database busy (${path}). Try again later.`,
    full: (path) =>
      `The disk is full; nothing was written (${path}). Free some space and try again.`,
    unreadable: (path) =>
      `Cannot open the database (${path}). Check path and permissions; before the first use, run kayan serve.`,
    corrupt: (path) => `The database is damaged (${path}). Stop the service and restore a backup.`,
    driver_missing: (path) => `${path}: install the PostgreSQL driver first: npm install pg`,
    not_empty: (path) =>
      `${path}: the database holds something already. Give an empty one; an interrupted move leaves it empty.`,
    moved: (path) =>
      `These data were moved to another database (${path}) and are spent from there: set KAYAN_DATABASE_URL.`,
    unreachable: (path) =>
      `${path}: the database server cannot be reached; check KAYAN_DATABASE_URL, the network and the role.`,
    failed: (path) =>
      `Reading or writing the database failed (${path}). Check disk and file system.`,
  },
  accountErrors: {
    account_unknown: (subject) => `There is no account ${subject}. See kayan accounts list.`,
    account_name_taken: (subject) => `The account name ${subject} is taken; choose another.`,
    credential_taken: () => 'This key cannot be used: it is already registered. Use another.',
    key_unknown: (subject) => `There is no key ${subject}. See kayan keys list.`,
    key_already_revoked: (subject) => `Key ${subject} was revoked before.`,
    decrypt_key_exists: (subject) =>
      `The account has an active ${subject} key. Replace it: kayan keys encryption rotate`,
    account_closed: (subject) => `Account ${subject} is closed, for ever. Create another.`,
    key_temporary: (subject) =>
      `Key ${subject} is temporary. Create another: kayan keys create --temporary`,
    key_not_revealable: (subject) =>
      `Key ${subject} is not of kind appcode: what it holds is shown once, when it is created. Rotate it: kayan keys rotate`,
    idempotency_conflict: (subject) =>
      `The idempotency key ${subject} was used for another request. Take another.`,
  },
  system: {
    portBusy: (address) =>
      `${address} is already in use. Stop the program that uses it, or take another port: kayan serve --port 8081`,
    addressRefused: (address) =>
      `Cannot listen on ${address}. Check KAYAN_HOST; ports below 1024 want privileges.`,
    fileMissing: (path) => `Cannot find ${path}. Check the path.`,
    fileRefused: (path) => `No permission for ${path}. Check the permissions of the file.`,
    isDirectory: (path) => `${path} is a directory; a file is wanted here.`,
    diskFull: 'The disk is full. Free some space and try again.',
  },
  usage: {
    unknownOption: (name) => `There is no option ${name}.`,
    unknownCommand: (name) => `There is no command ${name}.`,
    missingArgument: (name) => `The argument ${name} is missing.`,
    missingOption: (name) => `The option ${name} is missing.`,
    optionValueMissing: (name) => `The option ${name} wants a value.`,
    invalidValue: (name, value) => `${name} cannot be "${value}".`,
    excessArguments: 'Too many arguments.',
    conflict: (name) => `The option ${name} cannot go with the others.`,
    seeHelp: (command) => `See ${command} --help`,
    notANumber: (name, value) => `${name} must be a positive whole number, not "${value}".`,
    notADate: (name, value) => `${name} must be a date such as 2028-12-31, not "${value}".`,
    emptyInput: 'Standard input is empty.',
  },
  node: {
    unsupported: (version) =>
      `Kayan needs Node.js 24.16 or later of 24.x, or 26.1 or later; this is ${version}. Run npm ci in the project, then npm start.`,
    unpatched: (version, floor, cve) =>
      `Warning: Node.js ${version} has a known hole, ${cve}; upgrade to ${floor}.`,
    refused: (version, floor, cve) =>
      `Node.js ${version} has a known hole, ${cve}; production mode refuses to start. Upgrade to ${floor}, or insist with --allow-unpatched-node.`,
  },
  bug: (message) =>
    `Internal error: ${message}. Run again with KAYAN_LOG_LEVEL=debug for the details, and please report it.`,
  units: {
    bytes: (value, unit) => `${value} ${unit}`,
    seconds: (n) => `${n} s`,
    minutes: (n) => `${n} min`,
  },
}
