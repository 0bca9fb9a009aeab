import type { FileSource } from '../../contract.ts'
import { jpegParts } from './jpeg.ts'
import { madeOf, readerOf } from './parts.ts'
import type { Part, Read } from './parts.ts'
import { pngParts } from './png.ts'
import { webpParts } from './webp.ts'

const byType: Readonly<Record<string, (size: number, read: Read) => Promise<readonly Part[] | null>>> = {
  'image/jpeg': jpegParts,
  'image/png': pngParts,
  'image/webp': webpParts,
}

/**
 * A picture without what its file says beside it, such as where it was taken: the same picture, never whole in memory. What is no
 * JPEG, PNG or WebP, or is too damaged to be read, is as it was.
 */
export async function onlyThePicture(source: FileSource, mime: string): Promise<FileSource> {
  const parts = await byType[mime]?.(source.size, readerOf(source))
  return parts === undefined || parts === null ? source : madeOf(source, parts)
}
