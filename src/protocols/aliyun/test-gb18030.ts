/** An encoder for tests, which Node lacks: the double-byte part of GB18030, inverted once. */

/** Bytes of a text; a character outside the double-byte part throws. */
export function gbkBytes(text: string): Buffer {
  return Buffer.concat([...text].map((character) => byCharacter().get(character)!))
}

/** Han characters that both UTF-8 and GBK can write. */
export function gbkCharacters(): string[] {
  return [...byCharacter().keys()].filter((character) => /\p{Script=Han}/u.test(character))
}

let table: ReadonlyMap<string, Buffer> | undefined

function byCharacter(): ReadonlyMap<string, Buffer> {
  table ??= new Map(allBytes().flatMap(decoded))
  return table
}

function allBytes(): Buffer[] {
  const single = Array.from({ length: 0x80 }, (_, byte) => Buffer.from([byte]))
  const leads = Array.from({ length: 0xfe - 0x81 + 1 }, (_, i) => 0x81 + i)
  const trails = Array.from({ length: 0xfe - 0x40 + 1 }, (_, i) => 0x40 + i)
  return [...single, ...leads.flatMap((lead) => trails.map((trail) => Buffer.from([lead, trail])))]
}

function decoded(bytes: Buffer): [character: string, bytes: Buffer][] {
  const text = new TextDecoder('gb18030').decode(bytes)
  return [...text].length === 1 && text !== '\ufffd' ? [[text, bytes]] : []
}
