/** The elements of one verification, before and after normalisation. */
import type { ElementName } from './product.ts'
import type { Secret } from './secret.ts'

/**
 * Elements of a product. As submitted (decoded from the wire, not yet folded) or normalised: the
 * type is the same, `normalise` makes the second from the first.
 */
export type Elements = { readonly [E in ElementName]?: Secret }

/** How strictly the four are judged before a source is asked. */
export type PrecheckPolicy = 'off' | 'format' | 'strict'
