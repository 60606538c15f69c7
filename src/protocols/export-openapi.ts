/** An API as an OpenAPI 3.1 document. */
import type { Contract, JsonSchema, Proof } from './contract.ts'
import { type ApiDescription, sampleParameters, titleOf } from './explorer.ts'

/** The document, for the service at `origin`. */
export function openApiOf(api: ApiDescription, contract: Contract, origin: string): object {
  const [mediaType = ''] = contract.bodyType.split(';')
  const operation = {
    operationId: api.id.replace('.', '_'),
    summary: titleOf(api),
    description: resultList(api),
    security: Object.values(contract.proofs).map((proof) => {
      return Object.fromEntries(carriers(proof).map((header) => [schemeName(header), []]))
    }),
    parameters: contract.headers.map(([name, value]) => {
      return { name, in: 'header', required: true, schema: { type: 'string', const: value } }
    }),
    requestBody: {
      required: true,
      content: {
        [mediaType]: {
          schema: bodySchema(api),
          example: Object.fromEntries(sampleParameters(api)),
        },
      },
    },
    responses: {
      200: {
        description: 'OK',
        content: { 'application/json': { schema: contract.answer } },
      },
      ...(contract.refusalHeaders.length > 0 && { default: refusalOf(contract) }),
    },
  }
  return {
    openapi: '3.1.0',
    info: { title: titleOf(api), version: '1' },
    servers: [{ url: origin }],
    paths: { [api.path]: { [api.method.toLowerCase()]: operation } },
    components: { securitySchemes: schemesOf(contract) },
  }
}

function refusalOf({ refusalHeaders }: Contract): object {
  return {
    description: refusalHeaders.join(', '),
    headers: Object.fromEntries(
      refusalHeaders.map((name) => [name, { schema: { type: 'string' } }]),
    ),
  }
}

function bodySchema({ parameters }: ApiDescription): JsonSchema {
  return {
    type: 'object',
    required: parameters.filter(({ required }) => required).map(({ name }) => name),
    properties: Object.fromEntries(
      parameters.map(({ name, type, description }) => [
        name,
        { type: type.toLowerCase(), description: `${description.zh} ${description.en}` },
      ]),
    ),
  }
}

/** Every result with its price, as Markdown. */
function resultList({ results }: ApiDescription): string {
  const lines = results.map(({ code, text, billable }) => {
    return `| ${code} | ${text} | ${billable ? '计费 charged' : '不计费 free'} |`
  })
  return ['| code | | |', '| --- | --- | --- |', ...lines].join('\n')
}

/** One scheme a header: OpenAPI has no words for a signature. */
function schemesOf({ proofs }: Contract): object {
  const schemes = Object.values(proofs).flatMap((proof) =>
    carriers(proof).map((name) => {
      const { description } = proof
      return [schemeName(name), { type: 'apiKey', in: 'header', name, description }] as const
    }),
  )
  return Object.fromEntries(schemes)
}

/** The headers in which the proof is, and not what else is signed or sent. */
function carriers({ headers }: Proof): string[] {
  return headers.filter(([, value]) => value.includes('{{')).map(([name]) => name)
}

function schemeName(header: string): string {
  return header.replaceAll('-', '')
}
