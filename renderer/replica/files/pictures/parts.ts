import type { FileSource } from '../../contract.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** What a file is made of: stretches of another, the end exclusive, and bytes that stand in for some of it. */
export type Part = { readonly from: number; readonly to: number } | { readonly bytes: Bytes }

/** Bytes of a file from a position on; fewer where it ends before. */
export type Read = (from: number, length: number) => Promise<Bytes>

/** Large enough that headers that lie side by side are read at once. */
const WINDOW = 65_536

export function readerOf({ size, slice }: Pick<FileSource, 'size' | 'slice'>): Read {
  let [at, held]: [number, Bytes] = [0, new Uint8Array(0)]
  return async (from, length) => {
    const to = Math.min(from + length, size)
    if (from < at || to > at + held.length) {
      ;[at, held] = [from, await slice(from, Math.min(Math.max(to, from + WINDOW), size))]
    }
    return held.subarray(from - at, Math.max(to - at, from - at))
  }
}

/** The file that the parts make, read a slice at a time as the one before was. */
export function madeOf(source: FileSource, parts: readonly Part[]): FileSource {
  const size = parts.reduce((sum, part) => sum + lengthOf(part), 0)
  return {
    ...source,
    size,
    slice: async (start, end) => {
      const made = new Uint8Array(Math.max(Math.min(end, size) - start, 0))
      let at = 0
      for (const part of parts) {
        const [from, to] = [Math.max(start, at), Math.min(end, at + lengthOf(part))]
        if (from < to) made.set(await cut(source, part, from - at, to - at), from - start)
        at += lengthOf(part)
      }
      return made
    },
  }
}

function lengthOf(part: Part): number {
  return 'bytes' in part ? part.bytes.length : part.to - part.from
}

async function cut(source: FileSource, part: Part, start: number, end: number): Promise<Bytes> {
  return 'bytes' in part ? part.bytes.slice(start, end) : source.slice(part.from + start, part.from + end)
}
