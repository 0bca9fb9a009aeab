import type { Id } from '#app/kernel/index.ts'
import { SEAL_LENGTH, seal, sealInto, unseal } from '../../keys/seal.ts'
import type { StorageKeys } from '../contract.ts'
import type { PageKey } from '../page-store/page-store.ts'
import { readHeadOf } from './head-format.ts'
import type { Head } from './head-format.ts'
import { readBody } from './page-body.ts'
import type { JsonBody, PageBody } from './page-body.ts'
import { decodeLabel, encodeLabel, FORMAT, formatOf } from './page-format.ts'
import { newPage, readHead, readPage, refuseNewerFormat, writeHead } from './page-format.ts'
import type { PageHeader, PageLabel } from './page-format.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** A page before it is sealed. */
export type PageDraft = {
  readonly key: PageKey
  readonly commit: number
  readonly collection: { readonly number: number; readonly name: string; readonly schemaVersion: number }
  readonly body: PageBody
}

/** Null stands for what does not open: another key, another place, or changed bytes. */
export type PageCipher = {
  /** The epoch that pages and heads are sealed under from now on. */
  epoch(): number
  sealPage(draft: PageDraft): Promise<Bytes>
  openLabel(key: PageKey, page: Bytes): Promise<(PageLabel & { readonly header: PageHeader }) | null>
  openBody(key: PageKey, page: Bytes): Promise<PageBody | JsonBody | null>
  /** The head as `packHead` makes it. */
  sealHead(head: Bytes): Promise<Bytes>
  openHead(head: Bytes): Promise<Head | null>
}

/**
 * AES-256-GCM over pages and head. Bound into every seal: format, replica, key epoch, collection, schema version, page
 * key and part, so that a page opens in its own place only.
 */
export function pageCipher(replicaId: Id, keys: StorageKeys): PageCipher {
  function place(
    part: 'label' | 'body',
    key: PageKey,
    { epoch, collection, schemaVersion }: Omit<PageHeader, 'labelLength'>,
    format = FORMAT,
  ): Bytes {
    return additional(format, [part, replicaId, epoch, collection, schemaVersion, key])
  }

  async function openPart<Part>(
    part: 'label' | 'body',
    key: PageKey,
    page: Bytes,
    decode: (bytes: Bytes, format: number) => Part,
  ): Promise<{ value: Part; header: PageHeader } | null> {
    const format = formatOf(page)
    const parts = readPage(page)
    const dataKey = parts && keys.dataKey(parts.header.epoch)
    if (format === null || !dataKey) return null
    const plain = await unseal(dataKey, parts[part], place(part, key, parts.header, format))
    return plain && { value: decode(plain, format), header: parts.header }
  }

  return {
    epoch: () => keys.epoch,
    async sealPage({ key, commit, collection, body }) {
      const dataKey = currentKey(keys)
      const { number, name, schemaVersion } = collection
      const header = { epoch: keys.epoch, collection: number, schemaVersion }
      const label = encodeLabel({ commit, collection: name, ids: body.ids, orders: body.orders })
      const { page, ...room } = newPage(header, {
        labelLength: label.length + SEAL_LENGTH,
        bodyLength: body.packed.length + SEAL_LENGTH,
      })
      await Promise.all([
        sealInto(room.label, dataKey, label, place('label', key, header)),
        sealInto(room.body, dataKey, body.packed, place('body', key, header)),
      ])
      return page
    },
    async openLabel(key, page) {
      const opened = await openPart('label', key, page, decodeLabel)
      return opened && { ...opened.value, header: opened.header }
    },
    async openBody(key, page) {
      return (await openPart('body', key, page, (plain, format) => readBody(format, plain)))?.value ?? null
    },
    async sealHead(head) {
      // Read once: the key may be renewed while this waits.
      const { epoch } = keys
      const sealed = await seal(currentKey(keys), head, additional(FORMAT, ['head', replicaId, epoch]))
      return writeHead(epoch, sealed)
    },
    async openHead(head) {
      refuseNewerFormat(head)
      const format = formatOf(head)
      const parts = readHead(head)
      const dataKey = parts && keys.dataKey(parts.epoch)
      if (format === null || !dataKey) return null
      const plain = await unseal(dataKey, parts.sealed, additional(format, ['head', replicaId, parts.epoch]))
      return plain && readHeadOf(format, plain)
    },
  }
}

function currentKey(keys: StorageKeys): CryptoKey {
  const key = keys.dataKey(keys.epoch)
  if (key === undefined) throw new Error('the keys are closed')
  return key
}

function additional(format: number, parts: readonly (string | number)[]): Bytes {
  return new TextEncoder().encode(['rounds-page', format, ...parts].join(' '))
}
