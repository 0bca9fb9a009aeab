import { z } from 'zod'
import type { Id } from '#app/kernel/index.ts'
import type { Paper, PaperKind, PaperStore } from '../store/contract.ts'

/** A paper whose content is known. */
export type Filed<Content> = Pick<Paper, 'id' | 'about' | 'at'> & { readonly content: Content }

export type Drawer<Content> = {
  file(access: Pick<PaperStore, 'savePaper'>, paper: Filed<Content>): Promise<void>
  one(access: Pick<PaperStore, 'paper'>, id: Id): Promise<Filed<Content> | null>
  /** The latest first; all, or those about one of these. */
  all(access: Pick<PaperStore, 'papers'>, abouts?: readonly Id[]): Promise<readonly Filed<Content>[]>
}

/** The papers of one kind. Their content is checked as it is read: another version may have written it. */
export function drawer<Schema extends z.ZodType>(kind: PaperKind, schema: Schema): Drawer<z.infer<Schema>> {
  const open = (paper: Paper): Filed<z.infer<Schema>> => ({ ...paper, content: schema.parse(paper.content) })
  return {
    file: (access, { id, about, at, content }) =>
      access.savePaper({ id, kind, about, at, content: z.json().parse(schema.parse(content)) }),
    async one(access, id) {
      const paper = await access.paper(id)
      return paper?.kind === kind ? open(paper) : null
    },
    async all(access, abouts) {
      return (await access.papers(kind, abouts)).map(open)
    },
  }
}
