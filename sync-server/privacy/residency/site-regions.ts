import { z } from 'zod'
import type { Id } from '#app/kernel/index.ts'
import { idSchema } from '#app/kernel/index.ts'
import type { PaperStore } from '../../store/contract.ts'
import { regionSchema } from '../../console-api/protocol/privacy/region-calls.ts'
import { drawer } from '../drawer.ts'

/** Into which region a site was put, and by whom; `about` is the site. The latest holds. */
export const regionPapers = drawer('region', z.strictObject({ region: regionSchema, by: idSchema }))

export async function siteRegions(access: Pick<PaperStore, 'papers'>): Promise<ReadonlyMap<Id, string>> {
  const papers = await regionPapers.all(access)
  return new Map(papers.toReversed().map(({ about, content }) => [about, content.region]))
}
