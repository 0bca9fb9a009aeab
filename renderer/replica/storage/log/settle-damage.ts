import type { Catalogue } from './catalogue.ts'
import type { CommitWriter } from './commit-writer.ts'
import type { DamageLedger } from './damage.ts'
import type { LogCollection } from './log-collection.ts'

/** Takes what was found damaged off the disk, and out of the head, in one commit; weak pages are written again first. */
export async function settleDamage(
  writer: CommitWriter,
  catalogue: Catalogue,
  damage: DamageLedger,
  open: ReadonlyMap<string, Pick<LogCollection, 'rewrite'>>,
): Promise<void> {
  for (const [name, collection] of open) {
    const weak = damage.weakPages(name)
    if (weak.length > 0) await collection.rewrite(weak)
  }
  await writer.write({
    durability: 'strict',
    alone: true,
    prepare(draft) {
      for (const [name, keys] of damage.lostPages()) {
        for (const key of keys) draft.removePage(catalogue.collections.get(name) ?? null, key)
      }
      for (const key of damage.strayPages()) draft.removePage(null, key)
    },
    committed: () => damage.clear(),
  })
}
