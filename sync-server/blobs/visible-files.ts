import { project } from '#app/access/index.ts'
import { fileFieldsOf, filesIn } from '#app/files/index.ts'
import type { AnyModule, Id } from '#app/kernel/index.ts'
import type { Viewer } from '../replication/view.ts'
import { permissionOn } from '../replication/view.ts'
import type {
  BlobLink,
  DocumentRef,
  StoredBody,
  StoredDocument,
  WriteTransaction,
} from '../store/contract.ts'

type Who = Pick<Viewer, 'subject' | 'at'>

/** Whether somebody may see a document now, and in it, in a field of their projection, the name of a file. */
export function showsFile(who: Who, stored: StoredDocument, hash: string): boolean {
  const allowed = permissionOn(who, stored)
  if (allowed === null) return false
  const { module, permission } = allowed
  const view = project({ ...stored.body.doc, conflicts: [...stored.conflicts] }, permission)
  return filesIn(module, view).some((file) => file.hash === hash)
}

export type Carrying = {
  readonly module: AnyModule
  readonly body: StoredBody
  /** As it was before; null for a new one. */
  readonly current: StoredDocument | null
  readonly conflicts: readonly StoredDocument['conflicts'][number][]
}

/**
 * The links of a document to its files after a write; undefined where it has none and had none. What was lost to the
 * ledger may come back, so its files stay linked.
 */
export function filesAfter({ module, body, current, conflicts }: Carrying): ReadonlySet<string> | undefined {
  if (fileFieldsOf(module).length === 0) return undefined
  const ledger = new Map([...(current?.conflicts ?? []), ...conflicts].map((entry) => [entry.id, entry]))
  const open = [...ledger.values()].filter(({ state }) => state === 'open')
  const named = filesIn(module, { ...body.doc, conflicts: open })
  if (named.length === 0 && filesBefore(module, current).size === 0) return undefined
  return new Set(named.map(({ hash }) => hash))
}

function filesBefore(module: AnyModule, current: StoredDocument | null): ReadonlySet<string> {
  if (current === null) return new Set()
  const before = filesIn(module, { ...current.body.doc, conflicts: [...current.conflicts] })
  return new Set(before.map(({ hash }) => hash))
}

/** Documents that are asked whether they show a file to an author who did not send it. */
const MOST_CARRIERS = 32

/**
 * A device links a document to a file that it has sent, or that its user sees elsewhere. To name any other gives nothing:
 * such a link waits until the device has sent the file, since whoever knows only a hash does not have the file.
 */
export async function linksOfPush(
  tx: Pick<WriteTransaction, 'look' | 'blobs'>,
  author: Who & { readonly deviceId: Id },
  carrying: Carrying,
): Promise<readonly BlobLink[] | undefined> {
  const after = filesAfter(carrying)
  if (after === undefined) return undefined
  const before = filesBefore(carrying.module, carrying.current)
  const { deviceId } = author
  const fresh = [...after].filter((hash) => !before.has(hash))
  const sent = await tx.blobs.sentBy(deviceId, fresh)
  const links: BlobLink[] = []
  for (const hash of after) {
    const counts = sent.has(hash) || (fresh.includes(hash) && (await seesElsewhere(tx, author, hash)))
    links.push({ hash, awaited: counts ? null : deviceId })
  }
  return links
}

async function seesElsewhere(
  tx: Pick<WriteTransaction, 'look' | 'blobs'>,
  who: Who,
  hash: string,
): Promise<boolean> {
  const refs: readonly DocumentRef[] = await tx.blobs.carriers(hash, MOST_CARRIERS)
  return (await tx.look(refs)).some((stored) => showsFile(who, stored, hash))
}

/** What a feed sends, it sends whole. */
export function linksOfFeed(carrying: Carrying): readonly BlobLink[] | undefined {
  const after = filesAfter(carrying)
  return after && [...after].map((hash) => ({ hash, awaited: null }))
}
