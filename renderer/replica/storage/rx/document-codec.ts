import type { RxDocumentData } from 'rxdb'
import type { DocumentCodec } from '../log/read-collection.ts'

/** A document's own fields: this storage looks at none but the primary key. */
export type Fields = { [field: string]: unknown }
export type Stored = RxDocumentData<Fields>

/** What RxDB keeps in a document beside its fields. Their names begin with an underscore. */
export type Members = Pick<Stored, '_rev' | '_meta'> & { readonly _deleted?: true }

/** A document in two halves: its fields as they are read all the time, and what only RxDB asks for. */
export type Parsed = {
  readonly fields: Fields
  readonly members: Members
  /** Of a document that lies here as the server sent it, with an edit beside it: what the edit says. */
  readonly edited?: Fields
}

/** Stands between the halves: JSON holds no line feed. */
const BETWEEN = 10
const decoder = new TextDecoder()

export function partsOf(document: Stored): Parsed {
  const fields: Fields = {}
  for (const name in document) {
    if (!name.startsWith('_')) fields[name] = document[name]
  }
  const { _rev, _meta, _deleted } = document
  return { fields, members: _deleted ? { _rev, _meta, _deleted: true } : { _rev, _meta } }
}

export function encodeParts({ fields, members }: Parsed): string {
  return `${JSON.stringify(fields)}\n${JSON.stringify(members)}`
}

/** For many documents with the same members. */
export function encoderWith(members: Members): (fields: Fields) => string {
  const end = `\n${JSON.stringify(members)}`
  return (fields) => JSON.stringify(fields) + end
}

/** Of what `encodeParts` wrote, or of a whole document as format 1 had it. */
export function decodeParts(content: Uint8Array<ArrayBuffer>): Parsed {
  // Decoded in one: a call for each half costs more than the text.
  const text = decoder.decode(content)
  const between = text.lastIndexOf('\n')
  if (between === -1) return partsOf(JSON.parse(text))
  return { fields: JSON.parse(text.slice(0, between)), members: JSON.parse(text.slice(between + 1)) }
}

/** A document with its edit, each as `encodeParts` wrote it. */
export function decodeEdited(content: Uint8Array<ArrayBuffer>, edit: Uint8Array<ArrayBuffer>): Parsed {
  const { fields: edited, members } = decodeParts(edit)
  return { fields: { ...decodeParts(content).fields, ...edited }, members, edited }
}

export function decodeMembers(content: Uint8Array<ArrayBuffer>): Members {
  return JSON.parse(decoder.decode(content.subarray(content.lastIndexOf(BETWEEN) + 1)))
}

/** As RxDB knows it. */
export function wholeOf({ fields, members: { _rev, _meta, _deleted } }: Parsed): Stored {
  return { ...fields, _deleted: _deleted === true, _attachments: {}, _meta, _rev }
}

/** Written here, and without the server's receipt so far (docs/protocol.md, line 3). */
export function isUnsent({ fields: { edit }, members: { _deleted } }: Parsed): boolean {
  return _deleted !== true && typeof edit === 'string' && edit !== ''
}

/** For pages that an older version of Rounds wrote. */
export function documentCodec(primaryPath: string): DocumentCodec {
  return {
    idOf: (document) => String((document as Stored)[primaryPath]),
    encode: (document) => encodeParts(partsOf(document as Stored)),
    decode: (content) => wholeOf(decodeParts(content)),
    isLocal: (document) => isUnsent(partsOf(document as Stored)),
  }
}
