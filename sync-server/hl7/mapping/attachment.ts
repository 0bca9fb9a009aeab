import { createHash } from 'node:crypto'
import type { Attachment } from '#app/values/index.ts'
import { partsOf, textOf } from '../parse/message.ts'
import type { Segment } from '../parse/message.ts'
import { component, read, repetitionsOf } from '../parse/path.ts'
import type { MappingContext } from './mapped.ts'
import { oneLine } from './value-readers.ts'

// OBX-5 of the type ED: a document within the message. The record keeps what it is, how large, and the hash of its bytes;
// the bytes go to the files, with the record.

/** Table 0191 and 0291, as media types. */
const mediaTypes: Readonly<Record<string, string>> = {
  PDF: 'application/pdf',
  'APPLICATION/PDF': 'application/pdf',
  RTF: 'application/rtf',
  HTML: 'text/html',
  XML: 'application/xml',
  JPEG: 'image/jpeg',
  JPG: 'image/jpeg',
  PNG: 'image/png',
  TIFF: 'image/tiff',
  GIF: 'image/gif',
  PLAIN: 'text/plain',
  TEXT: 'text/plain',
  TXT: 'text/plain',
  'OCTET-STREAM': 'application/octet-stream',
}

/** Null where the finding brings no document, or nothing is in it. Its bytes go to the context. */
export function attachmentOf(obx: Segment, context: Pick<MappingContext, 'file'>): Attachment | null {
  if (read(obx, '2').toUpperCase() !== 'ED') return null
  const [given] = repetitionsOf(obx, 5)
  if (given === undefined) return null
  const [kind, subtype, encoding] = [2, 3, 4].map((at) => component(given, at).toUpperCase())
  const part = partsOf(given)[4]
  const written = part === undefined ? '' : textOf(part)
  const bytes = Buffer.from(written, encoding === 'BASE64' ? 'base64' : encoding === 'HEX' ? 'hex' : 'utf8')
  if (bytes.length === 0) return null
  const words = oneLine(read(obx, '3.2') || read(obx, '3.1'))
  const hash = createHash('sha256').update(bytes).digest('hex')
  context.file({ hash, bytes })
  return {
    hash,
    size: bytes.length,
    mime: mediaTypes[subtype ?? ''] ?? mediaTypes[kind ?? ''] ?? 'application/octet-stream',
    name: words.slice(0, 128) || 'Document',
  }
}
