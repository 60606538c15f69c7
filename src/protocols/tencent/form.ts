/**
 * Name and value pairs of queries and form bodies, and the nested parameters that are flattened into
 * them with dots (`Encryption.EncryptList.0=Name`), as API 3.0 GET requests and v1 signatures use them.
 */
import { isUtf8 } from 'node:buffer'
import { type Fault, isFault } from '../../domain/fault.ts'

export type Pairs = Map<string, string>

/** A flattened parameter unfolded again: text at the leaves, lists where all names are indices. */
export type Unfolded = string | Unfolded[] | UnfoldedObject
export type UnfoldedObject = Map<string, Unfolded>

const ASCII = /^[\x20-\x7e]*$/
/** Levels of names; the deepest documented parameter has three. */
const NAME_DEPTH_MAX = 16

/** Pairs of a raw query, which HTTP allows no other than visible ASCII characters. */
export function readQuery(query: string): Pairs | Fault {
  return ASCII.test(query) ? readPairs(query) : { fault: 'parameter_pair_malformed' }
}

/** Pairs of a form body in strict UTF-8. */
export function readForm(body: Buffer): Pairs | Fault {
  return isUtf8(body) ? readPairs(body.toString('utf8')) : { fault: 'parameter_pair_malformed' }
}

function readPairs(text: string): Pairs | Fault {
  const pairs: Pairs = new Map()
  if (text === '') return pairs
  for (const piece of text.split('&')) {
    const equals = piece.indexOf('=')
    if (equals === -1) return { fault: 'parameter_pair_malformed' }
    const name = decoded(piece.slice(0, equals))
    if (name === '') return { fault: 'parameter_name_empty' }
    if (name === undefined) return { fault: 'parameter_pair_malformed' }
    if (pairs.has(name)) return { fault: 'parameter_repeated', field: name }
    const value = decoded(piece.slice(equals + 1))
    if (value === undefined) return { fault: 'body_malformed', field: name }
    pairs.set(name, value)
  }
  return pairs
}

/** Once-decoded text; undefined where it is not percent-encoded strict UTF-8. */
function decoded(text: string): string | undefined {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return undefined
  }
}

/** Unfolds dotted names into objects and lists. */
export function unfold(pairs: Iterable<readonly [string, string]>): UnfoldedObject | Fault {
  const root: UnfoldedObject = new Map()
  for (const [name, value] of pairs) {
    const fault = place(root, name, value)
    if (fault !== undefined) return fault
  }
  for (const [name, value] of root) {
    const folded = listed(value, name)
    if (isFault(folded)) return folded
    root.set(name, folded)
  }
  return root
}

function place(root: UnfoldedObject, name: string, value: string): Fault | undefined {
  const steps = name.split('.')
  if (steps.length > NAME_DEPTH_MAX) return { fault: 'parameter_unknown', field: name }
  const last = steps.pop() as string
  let parent = root
  for (const step of steps) {
    let child = parent.get(step)
    if (child === undefined) {
      child = new Map()
      parent.set(step, child)
    }
    if (!(child instanceof Map)) return { fault: 'parameter_type_invalid', field: name }
    parent = child
  }
  if (parent.has(last)) return { fault: 'parameter_type_invalid', field: name }
  parent.set(last, value)
  return undefined
}

/** Turns every object whose names are all indices into a list; the indices must be 0, 1, 2, … */
function listed(value: Unfolded, path: string): Unfolded | Fault {
  if (!(value instanceof Map)) return value
  for (const [name, child] of value) {
    const folded = listed(child, `${path}.${name}`)
    if (isFault(folded)) return folded
    value.set(name, folded)
  }
  if (![...value.keys()].some((name) => /^\d/.test(name))) return value
  const items: Unfolded[] = []
  for (let index = 0; index < value.size; index++) {
    const item = value.get(String(index))
    if (item === undefined) return { fault: 'parameter_list_invalid', field: path }
    items.push(item)
  }
  return items
}
