import type { ModuleName } from '#app/modules/index.ts'
import type { SearchHit } from '#renderer/replica/contract.ts'

export type HitGroup = { readonly module: ModuleName; readonly hits: readonly SearchHit[] }

/** The hits of each module together, in their order; the module with the best hit first. */
export function groupedHits(hits: readonly SearchHit[]): readonly HitGroup[] {
  return [...Map.groupBy(hits, ({ module }) => module)].map(([module, own]) => ({ module, hits: own }))
}
