import { z } from 'zod'
import { AppError } from '#app/kernel/index.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** What a page holds, sealed apart from its documents: so that a damaged page still tells what it held. */
const labelSchema = z.strictObject({
  /** The commit that wrote the page. */
  commit: z.int().nonnegative(),
  collection: z.string(),
  ids: z.array(z.string()),
  orders: z.array(z.int().nonnegative()),
})
export type PageLabel = z.infer<typeof labelSchema>

export function encodeLabel(label: PageLabel): Bytes {
  return new TextEncoder().encode(JSON.stringify(label))
}

export function decodeLabel(bytes: Bytes): PageLabel {
  return labelSchema.parse(JSON.parse(new TextDecoder().decode(bytes)))
}

/** What stands in the clear before the sealed parts. All of it is bound into their seals. */
export type PageHeader = {
  readonly epoch: number
  /** The collection's number in this replica: tells nothing by itself. */
  readonly collection: number
  readonly schemaVersion: number
  readonly labelLength: number
}

/**
 * The format that is written. 4: as 3, but a page says once what all its edits have in common, and the head names pages in
 * bytes. 3, still read: as 2, and an edit may lie beside its document, where a reader of 2 would not look for it. 2, still read:
 * documents packed, each as its owner's JSON in UTF-8, behind an index. 1, still read: all documents as one JSON value. Up to
 * 3 the head is JSON; the label is in all.
 */
export const FORMAT = 4
const HEADER_LENGTH = 17

/** A page with room for its sealed parts of these lengths, which are still to be written. */
export function newPage(
  header: Omit<PageHeader, 'labelLength'>,
  { labelLength, bodyLength }: { readonly labelLength: number; readonly bodyLength: number },
): { readonly page: Bytes; readonly label: Bytes; readonly body: Bytes } {
  const page = new Uint8Array(HEADER_LENGTH + labelLength + bodyLength)
  const view = new DataView(page.buffer)
  view.setUint8(0, FORMAT)
  view.setUint32(1, header.epoch)
  view.setUint32(5, header.collection)
  view.setUint32(9, header.schemaVersion)
  view.setUint32(13, labelLength)
  const bodyStart = HEADER_LENGTH + labelLength
  return { page, label: page.subarray(HEADER_LENGTH, bodyStart), body: page.subarray(bodyStart) }
}

export type PageParts = {
  readonly header: PageHeader
  readonly label: Uint8Array<ArrayBuffer>
  readonly body: Uint8Array<ArrayBuffer>
}

/** Null: too short to be a page. */
export function readPage(page: Uint8Array<ArrayBuffer>): PageParts | null {
  if (page.length < HEADER_LENGTH) return null
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength)
  const labelLength = view.getUint32(13)
  const header = {
    epoch: view.getUint32(1),
    collection: view.getUint32(5),
    schemaVersion: view.getUint32(9),
    labelLength,
  }
  const bodyStart = HEADER_LENGTH + labelLength
  return { header, label: page.subarray(HEADER_LENGTH, bodyStart), body: page.subarray(bodyStart) }
}

/** The epoch that a page or a head says it was sealed under; null for what is neither. */
export function epochOf(sealed: Uint8Array<ArrayBuffer>): number | null {
  return sealed.length < 5 ? null : new DataView(sealed.buffer, sealed.byteOffset).getUint32(1)
}

/** The version of its documents that a page says it holds. */
export function schemaVersionOf(page: Uint8Array<ArrayBuffer>): number {
  return readPage(page)?.header.schemaVersion ?? 0
}

/** A head: format, epoch, sealed rest. */
export function writeHead(epoch: number, sealed: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(5 + sealed.length)
  const view = new DataView(head.buffer)
  view.setUint8(0, FORMAT)
  view.setUint32(1, epoch)
  head.set(sealed, 5)
  return head
}

export function readHead(
  head: Uint8Array<ArrayBuffer>,
): { epoch: number; sealed: Uint8Array<ArrayBuffer> } | null {
  if (head.length < 5) return null
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  return { epoch: view.getUint32(1), sealed: head.subarray(5) }
}

/** The format that a page or a head says it has; null for one that this version does not read. */
export function formatOf(sealed: Uint8Array): number | null {
  const format = sealed[0] ?? 0
  return format >= 1 && format <= FORMAT ? format : null
}

/** Throws `replica.format` for the head of a newer version: its data is sound, but this version can't read it. */
export function refuseNewerFormat(head: Uint8Array): void {
  if ((head[0] ?? 0) > FORMAT) throw new AppError('replica.format')
}
