/** The line by which the command of this project makes a call that the explorer has prepared. */
import { type Held, isRead } from './held.ts'
import { shellLiteral } from './literals.ts'

export interface CommandCall {
  readonly api: string
  readonly origin: string
  /** Only where the API has several. */
  readonly authentication?: string
  /** SecretId or AppKey; absent of a bearer key. */
  readonly credential?: string
  readonly secret: Held
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/** `kayan call …`; a published key need not be named. */
export function commandLine(call: CommandCall): string {
  const { api, origin, authentication, credential, secret, parameters } = call
  const key = isRead(secret)
    ? [
        ...(credential === undefined ? [] : ['--id', shellLiteral(credential)]),
        '--secret-env',
        secret.variable,
      ]
    : []
  const how = authentication === undefined ? [] : ['--authentication', shellLiteral(authentication)]
  const head = ['kayan call', api, '--url', shellLiteral(origin), ...how, ...key].join(' ')
  const values = parameters.map(([name, value]) => `  ${shellLiteral(`${name}=${value}`)}`)
  return `${[head, ...values].join(' \\\n')}\n`
}
