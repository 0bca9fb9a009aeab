import { AppError, collections, instant, newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { allModules, modules } from '#app/modules/index.ts'
import { regionPapers, siteRegions } from '../../privacy/residency/site-regions.ts'
import type { Reader } from '../../store/contract.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import type { ConsoleAnswer } from '../protocol/console.ts'
import type { regionCalls } from '../protocol/privacy/region-calls.ts'

export function regionHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, keyof typeof regionCalls> {
  const { store, clock } = parts
  return {
    'site-regions': () => described(parts),
    'put-site': async ({ siteId, region }, { user, by }) => {
      const sites = await store.snapshot(sitesOf)
      if (!sites.some(({ id }) => id === siteId)) throw new AppError('request.invalid', { place: 'siteId' })
      const at = instant(clock)
      await store.transaction(async (tx) => {
        await regionPapers.file(tx.access, { id: newId(), about: siteId, at, content: { region, by: user } })
        tx.stage({ type: 'audit', at, ...by, action: 'put-site', ids: [siteId], facts: { region } })
      })
      return described(parts)
    },
  }
}

async function described({ store, regions: served }: ConsoleParts): Promise<ConsoleAnswer<'site-regions'>> {
  const regions = await siteRegions(store.access)
  return store.snapshot(async (read) => {
    const sites: ConsoleAnswer<'site-regions'>['sites'] = []
    for (const { id, name } of await sitesOf(read)) {
      const region = regions.get(id) ?? null
      const isServed = served === null || (region !== null && served.includes(region))
      sites.push({ id, name, region, isServed, documents: await countAt(read, id) })
    }
    return { served: served === null ? null : [...served], sites }
  })
}

const MOST = 2000

async function sitesOf(read: Reader): Promise<readonly { readonly id: Id; readonly name: string }[]> {
  const { collection, kind } = modules.locations
  const page = { after: '', through: null, limit: MOST }
  const rows = await read.range(collection, [{ kinds: [kind], scopes: 'all' }], page)
  const stored = await read.documents(
    collection,
    rows.map(({ id }) => id),
  )
  return stored.flatMap(({ id, body: { doc } }) =>
    doc['type'] === 'site' ? [{ id, name: typeof doc['name'] === 'string' ? doc['name'] : id }] : [],
  )
}

async function countAt(read: Reader, siteId: Id): Promise<number> {
  let count = 0
  for (const collection of collections) {
    const kinds = allModules.filter((module) => module.collection === collection).map(({ kind }) => kind)
    const reach = [{ kinds, scopes: [`site:${siteId}` as const], sensitive: true }]
    if (kinds.length > 0) count += await read.countAfterId(collection, reach, '')
  }
  return count
}
