/**
 * The server's state that a copy rests on: server incarnation, the collection's sequence number at the document's last
 * change, and the projection through which it was read. Written `incarnation.seq.projection`. Ordered only within one
 * incarnation.
 */
export type Rev = { readonly incarnation: string; readonly seq: number; readonly projection: string }

export function formatRev(rev: Rev): string {
  return `${rev.incarnation}.${rev.seq}.${rev.projection}`
}

/** `null` for the empty rev of a document that the server has not answered yet, and for anything else. */
export function parseRev(text: string): Rev | null {
  const [incarnation, seq, projection, ...rest] = text.split('.')
  if (incarnation === undefined || seq === undefined || projection === undefined || rest.length > 0)
    return null
  if (!/^\d{1,15}$/.test(seq)) return null
  return { incarnation, seq: Number(seq), projection }
}

/**
 * The version of a document that a rev names, whoever reads it: `incarnation.seq`. Null where it names none.
 */
export function versionOf(rev: string): string | null {
  const parsed = parseRev(rev)
  return parsed && `${parsed.incarnation}.${parsed.seq}`
}

/** Whether `incoming` is an older state of the same incarnation and projection than `held`. */
export function isOlderRev(incoming: string, held: string): boolean {
  const a = parseRev(incoming)
  const b = parseRev(held)
  return a !== null && b !== null && a.incarnation === b.incarnation && a.seq < b.seq
}
