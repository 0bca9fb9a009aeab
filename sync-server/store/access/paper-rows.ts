import type { AccessStore, Paper } from '../contract.ts'
import type { Port } from '../port.ts'
import type { Tables } from '../schema.ts'
import type { Place } from '../sealing/vault.ts'

export function paperRows({
  dialect,
  vault,
  reader,
  write,
}: Port): Pick<AccessStore, 'savePaper' | 'paper' | 'papers'> {
  const open = ({ id, kind, about, at, sealed }: Tables['papers']): Paper => ({
    id,
    kind,
    about,
    at,
    content: vault.openJson(paperPlace(id), sealed),
  })
  return {
    savePaper: ({ id, kind, about, at, content }) =>
      write(async (executor) => {
        const sealed = vault.sealJson(paperPlace(id), content)
        const values = { kind, about, at, sealed }
        await executor
          .insertInto('papers')
          .values({ id, ...values })
          .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
          .execute()
      }),
    async paper(id) {
      const rows = (await reader()).selectFrom('papers').selectAll()
      const row = await rows.where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : open(row)
    },
    async papers(kind, abouts) {
      if (abouts?.length === 0) return []
      const all = (await reader()).selectFrom('papers').selectAll().where('kind', '=', kind)
      const found = abouts === undefined ? all : all.where(dialect.any('about', abouts))
      return (await found.orderBy('at', 'desc').orderBy('id', 'desc').execute()).map(open)
    },
  }
}

function paperPlace(id: string): Place<Paper['content']> {
  return { table: 'papers', id, revision: '' }
}
