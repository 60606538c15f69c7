/** An API as a Postman collection of format 2.1: one request for each way to authenticate. */
import type { Contract, Proof } from './contract.ts'
import { type ApiDescription, sampleParameters, titleOf } from './explorer.ts'

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json'
const ORIGIN = '{{origin}}'

/** The collection, for the service at `origin`. Its variables are empty: it holds no key. */
export function postmanOf(api: ApiDescription, contract: Contract, origin: string): object {
  const proofs = Object.entries(contract.proofs)
  const names = new Set(proofs.flatMap(([, { variables }]) => variables))
  return {
    info: { name: titleOf(api), description: api.id, schema: SCHEMA },
    item: proofs.map(([authentication, proof]) => ({
      name: `${titleOf(api)} · ${authentication}`,
      ...(proof.script !== undefined && { event: [eventOf(proof.script)] }),
      request: requestOf(api, contract, proof),
    })),
    variable: [{ key: 'origin', value: origin }, ...[...names].map((key) => ({ key, value: '' }))],
  }
}

function eventOf(script: string): object {
  return {
    listen: 'prerequest',
    script: { type: 'text/javascript', exec: script.trimEnd().split('\n') },
  }
}

function requestOf(api: ApiDescription, contract: Contract, proof: Proof): object {
  const path = api.path.split('/').slice(1)
  const headers = [['Content-Type', contract.bodyType], ...contract.headers, ...proof.headers]
  return {
    method: api.method,
    description: proof.description,
    header: headers.map(([key, value]) => ({ key, value })),
    url: { raw: `${ORIGIN}${api.path}`, host: [ORIGIN], path },
    body: bodyOf(api, contract),
  }
}

function bodyOf(api: ApiDescription, { bodyType }: Contract): object {
  const samples = sampleParameters(api)
  if (bodyType.startsWith('application/json')) {
    const raw = JSON.stringify(Object.fromEntries(samples), null, 2)
    return { mode: 'raw', raw, options: { raw: { language: 'json' } } }
  }
  return { mode: 'urlencoded', urlencoded: samples.map(([key, value]) => ({ key, value })) }
}
