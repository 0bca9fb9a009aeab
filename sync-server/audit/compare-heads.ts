import { z } from 'zod'
import type { Store } from '../store/contract.ts'

const lineSchema = z.object({ seq: z.int().nonnegative(), hash: z.string() })

/** `differs`: the first number at which the chain is not what a witness was told. */
export type Compared =
  | { readonly agrees: true; readonly heads: number }
  | { readonly agrees: false; readonly differs: number }

/** Holds the chain against what a witness kept: lines of JSON, any order, or of a syslog collector, which writes before
 * each what it likes. A line that holds none throws. */
export async function compareHeads({ audit }: Pick<Store, 'audit'>, lines: string): Promise<Compared> {
  const heads = lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => lineSchema.parse(JSON.parse(line.slice(line.indexOf('{')))))
    .toSorted((a, b) => a.seq - b.seq)
  for (const { seq, hash } of heads) {
    if (seq === 0) continue
    const [link] = await audit.links({ after: seq - 1, limit: 1 })
    if (link?.seq !== seq || link.hash !== hash) return { agrees: false, differs: seq }
  }
  return { agrees: true, heads: heads.length }
}
