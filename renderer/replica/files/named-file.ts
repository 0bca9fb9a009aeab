import { blobReferenceSchema } from '#app/values/index.ts'

/** Where the machine does not say what a file is: by the end of its name, for what people attach. */
const byEnding: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  txt: 'text/plain',
  csv: 'text/csv',
  rtf: 'application/rtf',
  xml: 'application/xml',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
}

/** The media type of a file, without parameters. */
export function mediaTypeOf(name: string, type: string): string {
  const stated = type.split(';')[0]?.trim().toLowerCase() ?? ''
  if (blobReferenceSchema.shape.mime.safeParse(stated).success) return stated
  return byEnding[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream'
}

/** A file's name as a record keeps it: one line of at most 128 characters, with its ending. */
export function plainName(name: string): string {
  const line = name
    .normalize('NFC')
    .replaceAll(/\p{C}+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
  if (line.length <= 128) return line === '' ? 'File' : line
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(line)?.[0] ?? ''
  return `${line.slice(0, 128 - ending.length).trimEnd()}${ending}`
}
