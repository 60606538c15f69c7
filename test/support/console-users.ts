/** An installation in production with two buyers' accounts, people of every role and their things. */

import { KeySealer } from '../../src/accounts/seal.ts'
import { newTotpSeed, totpCode } from '../../src/accounts/totp.ts'
import { ROLES, type Role } from '../../src/accounts/user.ts'
import type { Running } from '../../src/main.ts'
import { SqlLogins } from '../../src/storage/sql/logins.ts'
import { SqlSessions } from '../../src/storage/sql/sessions.ts'
import { SqlUsers } from '../../src/storage/sql/users.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { ConsoleClient } from './console-client.ts'
import { httpCall } from './http-call.ts'
import type { Place } from './service.ts'

const STEP_MS = 30_000
/** Nobody logs in with it here. */
const HASH = 'argon2id$00$00'

export type Side = 'mine' | 'theirs'

/** Sessions of one account's people; staff belong to none. */
export type People = Readonly<Record<Role, ConsoleClient>>

/** Ids of an account's things, by the names that they have in paths. */
export interface Things {
  readonly accountId: string
  readonly keyId: string
  readonly encryptionKeyId: string
  readonly orderId: string
  readonly invoiceId: string
  readonly titleId: string
  readonly grantId: string
  /** Of somebody whom nobody signs in as. */
  readonly userId: string
  /** Of a call. */
  readonly name: string
}

export interface TwoAccounts {
  readonly people: People
  /** An operator who has not enrolled an authenticator. */
  readonly unenrolled: ConsoleClient
  readonly things: Readonly<Record<Side, Things>>
}

/** Furnishes a place whose service runs. */
export async function furnishTwoAccounts(place: Place, running: Running): Promise<TwoAccounts> {
  const accounts = { mine: 'acc_mine', theirs: 'acc_theirs' } as const
  const { people, unenrolled } = await place.withStorage(async (storage) => {
    for (const id of Object.values(accounts)) {
      const account = { id, name: id.slice(4), state: 'active', ratePerSecond: 1_000 } as const
      await storage.accounts.createAccount(account, deedNow())
    }
    return peopleOf(storage, running.url, accounts.mine)
  })
  const { operator } = people
  const mine = await thingsOf(operator, running.url, accounts.mine)
  const theirs = await thingsOf(operator, running.url, accounts.theirs)
  return { people, unenrolled, things: { mine, theirs } }
}

/** People of every role, signed in; the buyers are of the account. */
export async function peopleOf(
  storage: Storage,
  url: string,
  accountId: string,
  nowMs: number = Date.now(),
) {
  const come = async (name: string, role: Role, enrols: boolean) => {
    const client = new ConsoleClient(url)
    client.cookie = `kayan_session=${await sessionFor(storage, { name, role, accountId, nowMs }, enrols)}`
    return client
  }
  const people: Partial<Record<Role, ConsoleClient>> = {}
  for (const role of ROLES) people[role] = await come(`${role}.one`, role, true)
  return { people: people as People, unenrolled: await come('fresh', 'operator', false) }
}

async function sessionFor(
  { engine, keyring }: Storage,
  wish: { name: string; role: Role; accountId: string; nowMs: number },
  enrols: boolean,
): Promise<string> {
  const { name, role, accountId, nowMs } = wish
  const [users, deed] = [new SqlUsers(engine), { actor: 'test', atMs: nowMs }]
  const person = { name, role, ...(role.startsWith('buyer_') && { accountId }) }
  const user = await users.add(person, { token: name, endsAtMs: deed.atMs + STEP_MS }, deed)
  if (typeof user === 'string') throw new Error(user)
  await users.accept(name, HASH, deed.atMs)
  if (enrols) {
    const logins = new SqlLogins(engine, new KeySealer(keyring, 'user.seal'))
    const seed = newTotpSeed()
    await logins.prepareTotp(user.id, seed)
    await logins.confirmTotp(user.id, totpCode(seed, Math.floor(deed.atMs / STEP_MS)), deed)
  }
  return new SqlSessions(engine).begin(user.id, deed.atMs)
}

/** One of each thing, made by the operator for the account. */
async function thingsOf(operator: ConsoleClient, url: string, accountId: string): Promise<Things> {
  const scope = `?accountId=${accountId}`
  const made = async (path: string, body: object) => {
    const reply = await operator.post(path, body)
    if (reply.status !== 200) throw new Error(`${path}: ${reply.text}`)
    return reply.json as { id: string; secret: string }
  }
  const key = await made(`/api/admin/keys${scope}`, { kind: 'appcode', mode: 'live' })
  const pair = await made(`/api/admin/encryption-keys${scope}`, { algorithm: 'kms' })
  const order = { plan: 'card4-1200', mode: 'live' }
  const { id: paidId } = await made(`/api/admin/orders${scope}`, order)
  await made(`/api/admin/orders/${paidId}/payment`, { paymentId: paidId })
  const { id: orderId } = await made(`/api/admin/orders${scope}`, order)
  const title = { title: 'Example Ltd', taxNumber: '9144030071526726XG' }
  const saved = await made(`/api/admin/invoices/titles${scope}`, title)
  const request = { kind: 'ordinary', title, orderIds: [paidId] }
  const invoice = await made(`/api/admin/invoices${scope}`, request)
  const name = await calledWith(operator, url, { appCode: key.secret, scope })
  const grants = (await operator.get(`/api/admin/grants${scope}`)).json.items as { id: number }[]
  const colleague = { name: `colleague.${accountId}`, role: 'buyer_developer' }
  const { user } = (await operator.post(`/api/admin/users${scope}`, colleague)).json
  const ids = { accountId, keyId: key.id, encryptionKeyId: pair.id, orderId, titleId: saved.id }
  const grantId = String(grants[0]!.id)
  return { ...ids, invoiceId: invoice.id, grantId, userId: (user as { id: string }).id, name }
}

/** Makes a call and finds it in the log; a node knows a key within a second of its making. */
async function calledWith(
  operator: ConsoleClient,
  url: string,
  { appCode, scope }: { appCode: string; scope: string },
): Promise<string> {
  for (;;) {
    const reply = await httpCall(url, {
      path: '/communication/personal/1887',
      headers: { Authorization: `APPCODE ${appCode}` },
      body: 'acc_no=6217920181755914&idcard=32132419860817421X&mobile=13636643334&name=张三',
    })
    if (reply.status === 200) break
  }
  const { json } = await operator.get(`/api/admin/calls${scope}`)
  const [call] = json.items as { requestId: string }[]
  return call!.requestId
}

function deedNow() {
  return { actor: 'test', atMs: Date.now() }
}
