/**
 * What a reply says, read as a client of the vendors' documents would read it, with no code of the
 * service: who is named by it, which result it carries, and whether that result costs a unit.
 */

/** What is needed of a reply to read it. */
export interface Received {
  readonly protocol: string
  readonly status: number
  readonly requestId: string
  readonly errorCode: string
  readonly body: string
}

export interface Told {
  /** RequestId in lower case, or the first eight characters of a seqNo: what finds the call. */
  readonly name: string
  /** `Result`, `Error.Code`, `code` or `X-Ca-Error-Code`. */
  readonly result: string
  /** By the price lists: what is not named there is free. */
  readonly charged: boolean
  /** A verdict that every repeat of the call must get again, byte for byte. */
  readonly kept: boolean
  /** Refused because no unit was left. */
  readonly exhausted: boolean
}

/** Results of BankCard4EVerification that are charged, by Tencent's price list. */
const CHARGED_RESULTS: ReadonlySet<string> = new Set([
  ...['0', '-1', '-6', '-7', '-8', '-9', '-10', '-11', '-12', '-13', '-14', '-15', '-16', '-17'],
  '-21',
])
/** The verification centre is busy: nothing was found out, so a repeat asks anew. */
const BUSY_RESULT = '-18'
/** The only code of Aliyun's table that carries a verdict. */
const CHARGED_CODE = '10000'
const EXHAUSTED: ReadonlySet<string> = new Set(['UnauthorizedOperation.Arrears', 'B403MQ'])
const SEQUENCE_CODE_CHARACTERS = 8

/** Reads a reply; throws on one that neither vendor would send. */
export function readReply(reply: Received): Told {
  return reply.protocol === 'tencent' ? readTencent(reply.body) : readAliyun(reply)
}

function readTencent(body: string): Told {
  const { Result, Error: error, RequestId } = JSON.parse(body).Response
  const result = String(Result ?? error.Code)
  return {
    name: RequestId.toLowerCase(),
    result,
    charged: CHARGED_RESULTS.has(result),
    kept: Result !== undefined && result !== BUSY_RESULT,
    exhausted: EXHAUSTED.has(result),
  }
}

function readAliyun({ status, requestId, errorCode, body }: Received): Told {
  if (status !== 200) {
    return {
      name: requestId.toLowerCase(),
      result: errorCode,
      charged: false,
      kept: false,
      exhausted: EXHAUSTED.has(errorCode),
    }
  }
  const { code, seqNo } = JSON.parse(body)
  return {
    name: seqNo.slice(0, SEQUENCE_CODE_CHARACTERS),
    result: code,
    charged: code === CHARGED_CODE,
    kept: code === CHARGED_CODE,
    exhausted: false,
  }
}
