import type { Attachment } from '#app/values/index.ts'

const megabyte = 1024 * 1024

/** What browsers draw without running anything that lies in it. */
const images: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
])
const texts: ReadonlySet<string> = new Set(['text/plain', 'text/csv'])

/**
 * How a file can be looked at here; null: only after it is saved. A PDF's viewer would need a frame or a plugin, which the
 * content security policy forbids.
 */
export function previewOf({ mime, size }: Pick<Attachment, 'mime' | 'size'>): 'image' | 'text' | null {
  if (images.has(mime) && size <= 32 * megabyte) return 'image'
  return texts.has(mime) && size <= 2 * megabyte ? 'text' : null
}
