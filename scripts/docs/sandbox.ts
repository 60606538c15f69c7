/** The reference page of everything the sandbox answers, from its tables and those of the vendors. */
import { SANDBOX_DECRYPT_KEYS } from '../../src/accounts/sandbox-decrypt-keys.ts'
import {
  SANDBOX_ENCRYPTED_KEY,
  SANDBOX_KEYS,
  SANDBOX_TEMPORARY_KEY,
} from '../../src/accounts/sandbox-keys.ts'
import type { FaultName } from '../../src/domain/fault.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import * as aliyun from '../../src/protocols/aliyun/catalogue.ts'
import { PROVOCATIONS as ALIYUN_PROVOCATIONS } from '../../src/protocols/aliyun/provocations.ts'
import { BUSINESS_SPECIMENS, PLATFORM_SPECIMENS } from '../../src/protocols/aliyun/specimens.ts'
import type { Provocation } from '../../src/protocols/provocation.ts'
import * as tencent from '../../src/protocols/tencent/catalogue.ts'
import { PROVOCATIONS as TENCENT_PROVOCATIONS } from '../../src/protocols/tencent/provocations.ts'
import { SPECIMENS } from '../../src/protocols/tencent/specimens.ts'
import { FAULT_KEYS } from '../../src/sandbox/fault-keys.ts'
import { PEOPLE } from '../../src/sandbox/people.ts'
import { SAMPLES, type Sample, SCENARIOS } from '../../src/sandbox/scenarios.ts'
import { code, type Page, type PageLanguage, section, table } from './page.ts'
import { SANDBOX_TEXT } from './sandbox-text.ts'

/** Edition in which every outcome has a number of its own. */
const EDITION = '2025-06'

export const SANDBOX_PAGE: Page = {
  name: 'sandbox',
  from: 'src/sandbox, and specimens.ts and provocations.ts of src/protocols/*',
  title: { en: 'Sandbox', zh: '沙箱' },
  body(language) {
    const text = SANDBOX_TEXT[language]
    return [
      text.lead,
      section(text.keys, text.keysLead, table(text.keysHead, publishedKeys())),
      section(
        text.encryption,
        text.encryptionLead,
        table(text.encryptionHead, encryptionKeys()),
        text.encryptionNote,
      ),
      section(text.magic, text.magicLead, table(text.magicHead, magicCards(language))),
      section(text.samples, text.samplesLead, table(text.samplesHead, SAMPLES.map(sampleRow))),
      section(text.people, text.peopleLead, table(text.peopleHead, people())),
      section(text.faultKeys, text.faultKeysLead, table(text.faultKeysHead, faultKeys())),
      section(
        text.specimens,
        text.specimensLead,
        '### Tencent',
        table(text.specimensHead, tencentSpecimens(language)),
        '### Aliyun',
        table(text.specimensHead, BUSINESS_SPECIMENS.map(aliyunSpecimen)),
        text.platformLead,
        table(text.specimensHead, PLATFORM_SPECIMENS.map(aliyunSpecimen)),
      ),
      section(
        text.requests,
        text.requestsLead,
        '### Tencent',
        table(text.requestsHead, TENCENT_PROVOCATIONS.map(requestRow(language, tencentCode))),
        '### Aliyun',
        table(text.requestsHead, ALIYUN_PROVOCATIONS.map(requestRow(language, aliyunCode))),
      ),
      section(text.commands, text.commandsLead, text.commandsList),
      section(text.missing, text.missingLead),
    ].join('\n\n')
  },
}

function publishedKeys(): string[][] {
  const { tencent, appcode, appkey, direct } = SANDBOX_KEYS
  const temporary = SANDBOX_TEMPORARY_KEY
  const encrypted = SANDBOX_ENCRYPTED_KEY
  return [
    ['SecretId · SecretKey', code(tencent.credential), code(tencent.secret)],
    [
      'SecretId · SecretKey · Token',
      code(temporary.credential),
      `${code(temporary.secret)} · ${code(temporary.token)}`,
    ],
    ['AppCode', code(appcode.credential), ''],
    ['AppKey · AppSecret', code(appkey.credential), code(appkey.secret)],
    ['`key`', code(direct.credential), ''],
    ['`key` · secretKey', code(encrypted.credential), code(encrypted.cipherSecret)],
  ]
}

function encryptionKeys(): string[][] {
  return SANDBOX_DECRYPT_KEYS.map(({ algorithm, publicKey }) => [code(algorithm), code(publicKey)])
}

function magicCards(language: PageLanguage): string[][] {
  return SCENARIOS.map((row) => {
    const answer = 'outcome' in row ? row.outcome : row.fault
    const [tencentSays, aliyunSays] =
      'outcome' in row
        ? [tencentResult(row.outcome), aliyunResult(row.outcome)]
        : [tencentCode(row.fault), aliyunCode(row.fault, 'appcode')]
    const after = row.delayMs === undefined ? '' : `${row.delayMs} ms`
    return [
      code(row.cardNumber),
      code(answer),
      code(tencentSays),
      code(aliyunSays),
      after,
      row.note[language],
    ]
  })
}

function tencentResult(outcome: Outcome): string {
  return tencent.resultsOf('BankCard4EVerification', EDITION)[outcome].result
}

function aliyunResult(outcome: Outcome): string {
  const { code: business, state } = aliyun.resultOf(outcome, 'pdd')
  return state === undefined ? business : `${business} state ${state}`
}

function people(): string[][] {
  return PEOPLE.map(({ name, idNumber, cardNumber, mobile }) => {
    return [name, code(idNumber), code(cardNumber), code(mobile)]
  })
}

function faultKeys(): string[][] {
  return FAULT_KEYS.map(({ fault: { fault }, ...keys }) => [
    code(fault),
    code(keys.tencent),
    code(keys.appcode),
    code(keys.appkey),
    code(keys.direct),
    code(tencentCode(fault)),
    code(aliyunCode(fault, 'appcode')),
  ])
}

function tencentCode(fault: FaultName): string {
  return tencent.ERRORS[fault].code
}

/** The code a decodable request meets, in the layer that speaks. */
function aliyunCode(fault: FaultName, signing: string): string {
  const row: aliyun.FaultRow = aliyun.REFUSALS[fault]
  if (signing === 'direct' && row.direct !== undefined) return row.direct
  if (row.business !== undefined) return row.business
  const name = (signing === 'appkey' ? row.signed : undefined) ?? row.gateway
  return aliyun.GATEWAY[name].code
}

function tencentSpecimens(language: PageLanguage): string[][] {
  return SPECIMENS.map((row) => {
    const message = row[language]({} as tencent.Quotes)
    return [code(row.cardNumber), code(row.code), message]
  })
}

function aliyunSpecimen({
  cardNumber,
  code: vendorCode,
}: {
  readonly cardNumber: string
  readonly code: aliyun.BusinessCode | aliyun.PlatformCode
}): string[] {
  return [code(cardNumber), code(vendorCode), aliyun.messageOf(vendorCode, 'pdd')]
}

function requestRow(
  language: PageLanguage,
  codeOf: (fault: FaultName, signing: string) => string,
): (row: Provocation) => string[] {
  return ({ fault, signing, how }) => {
    return [code(fault), code(signing), how[language], code(codeOf(fault, signing))]
  }
}

function sampleRow(sample: Sample): string[] {
  const { vendor, product, name = '', idNumber = '', cardNumber, mobile = '', outcome } = sample
  return [
    vendor,
    code(product),
    name,
    code(idNumber),
    code(cardNumber),
    code(mobile),
    code(outcome),
  ]
}
