import type { PageEntry } from '../cipher/page-body.ts'
import type { ReadAs } from './read-collection.ts'

type Outdated = {
  readonly edit: object
  readonly from: number
  readonly order: number
  readonly over: number
}

/**
 * An edit that an older version of Rounds wrote takes the migrations together with the document that it was made on, since
 * a step may make one field of two; then it lies in that document. One whose document is not here takes them alone, as
 * one whose other fields are hidden. Edits are read before documents.
 */
export function outdatedEdits(readAs: ReadAs): {
  readonly edits: ReadAs
  readonly documents: ReadAs
  /** The documents with their edits, once both were read. */
  joined(): readonly PageEntry[]
} {
  const outdated = new Map<string, Outdated>()
  const joined: PageEntry[] = []
  return {
    edits: {
      ...readAs,
      migrate(edit, from, place) {
        const { id, order, over = 0 } = place
        if (order > (outdated.get(id)?.order ?? 0)) outdated.set(id, { edit, from, order, over })
        return readAs.migrate(edit, from, place)
      },
    },
    documents: {
      ...readAs,
      migrate(document, from, place) {
        const found = outdated.get(place.id)
        if (found?.from === from && found.over === place.order) {
          const { edit, order } = found
          const whole = readAs.migrate({ ...document, ...edit }, from, { id: place.id, order })
          joined.push({ id: place.id, order, content: readAs.encode(whole), local: true })
        }
        return readAs.migrate(document, from, place)
      },
    },
    joined: () => joined,
  }
}
