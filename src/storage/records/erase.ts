/** Erasing a person: overwriting all that the registry can find by one ID number. */
import { existsSync } from 'node:fs'
import { normalise } from '../../domain/elements.ts'
import type { Keyring } from '../../domain/keyring.ts'
import type { Secret } from '../../domain/secret.ts'
import { deriveTokenKeys, type Subject, sealCard, Tokens, unsealCard } from '../../domain/token.ts'
import type { CardStatus } from '../../sources/store.ts'
import { lockDirectory } from './lock.ts'
import {
  closeSegments,
  type Manifest,
  openSegments,
  readManifest,
  removePartialImport,
  writeManifest,
} from './manifest.ts'
import { CARDS, cardIdAt, eraseAt, SUBJECTS, sealedAt, statusAt } from './record-format.ts'
import type { NumberedRecord, Segment } from './segment.ts'

/**
 * Overwrites the cards of a person and the person's entries, durably, beside a running server;
 * returns how many cards were erased. A card that has since been imported for somebody else stays
 * theirs. What an interrupted import has prepared is dropped, since it may hold the person too.
 */
export function eraseSubject(directory: string, keyring: Keyring, idNumber: Secret): number {
  const fingerprint = keyring.fingerprint()
  readManifest(directory, fingerprint)
  if (!existsSync(directory)) return 0
  const unlock = lockDirectory(directory)
  try {
    removePartialImport(directory)
    const manifest = readManifest(directory, fingerprint)
    const folded = normalise({ idNumber }, 'card4').idNumber
    if (manifest === undefined || folded === undefined) return 0
    const subject = new Tokens(deriveTokenKeys(keyring)).subject(folded)
    const erased = eraseEverywhere(directory, manifest, subject)
    if (erased.length > 0) {
      writeManifest(directory, { ...manifest, cards: without(manifest.cards, erased) })
    }
    return erased.length
  } finally {
    unlock()
  }
}

function eraseEverywhere(directory: string, manifest: Manifest, subject: Subject): CardStatus[] {
  const { segmentIds, keyFingerprint } = manifest
  const newestFirst = segmentIds.toReversed()
  const cards = openSegments(directory, newestFirst, CARDS, keyFingerprint, 'r+')
  const subjects = openSegments(directory, newestFirst, SUBJECTS, keyFingerprint, 'r+')
  try {
    const tokens = new Set(subjects.flatMap((segment) => cardTokens(segment, subject)))
    const statuses = [...tokens].flatMap((token) => eraseCard(cards, subject, token) ?? [])
    // Cards first: until they are gone for certain, the entries are needed to find them again.
    for (const segment of cards) segment.sync()
    for (const segment of subjects) {
      for (const entry of segment.findAll(subject.token)) eraseRecord(segment, entry)
      segment.sync()
    }
    return statuses
  } finally {
    closeSegments([...cards, ...subjects])
  }
}

function cardTokens(segment: Segment, subject: Subject): string[] {
  return segment.findAll(subject.token).map(({ record }) => {
    const { salt, sealed } = sealedAt(record, 0)
    return unsealCard(subject, salt, sealed)
  })
}

/**
 * Erases a person's records of a card; returns its status when the valid record was among them.
 * Then all older ones go too, or one of them would become valid again.
 */
function eraseCard(
  newestFirst: readonly Segment[],
  subject: Subject,
  token: string,
): CardStatus | undefined {
  const { cardId } = sealCard(subject, token)
  let status: CardStatus | undefined
  let newest = true
  for (const segment of newestFirst) {
    for (const card of segment.findAll(token)) {
      const own = cardIdAt(card.record, 0) === cardId
      if (newest && own) status = statusAt(card.record, 0)
      if (own || status !== undefined) eraseRecord(segment, card)
      newest = false
    }
  }
  return status
}

function eraseRecord(segment: Segment, { number, record }: NumberedRecord): void {
  eraseAt(record, 0, segment.format)
  segment.overwrite(number, record)
}

function without(cards: Manifest['cards'], erased: readonly CardStatus[]): Manifest['cards'] {
  const left = { ...cards }
  for (const status of erased) left[status] = Math.max(0, (left[status] ?? 0) - 1)
  return left
}
