import { z } from 'zod'
import { blankOf, idSchema, viewSchema } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { AcceptingView } from '../accept/accepting.ts'
import type { Element } from '../convert/index.ts'
import { seeByIds } from '../seen.ts'
import type { Writing } from './writing.ts'

// What a stated resource is held against.

/** A new record before anything is said of it. */
export function blankView({ caller, now }: Writing, module: AnyModule, id: Id): AnyDocument {
  const { client, subject } = caller
  const stamp = { at: now, by: client.id, origin: 'client' } as const
  return {
    id,
    kind: module.kind,
    orgId: subject.orgId,
    rev: '',
    edit: '',
    scopes: [],
    created: stamp,
    updated: stamp,
    removedAt: null,
    ext: {},
    sources: {},
    conflicts: [],
    ...blankOf(module),
  }
}

type Held = { readonly view: AnyDocument; readonly shown: unknown; readonly current: unknown }

export async function acceptingOf(
  writing: Writing,
  body: unknown,
  { view, shown, current }: Held,
): Promise<AcceptingView<AnyDocument>> {
  const { caller, looking } = writing
  const ownSites = sitesOf(caller.subject.grants.map(({ scope }) => scope))
  const named = tagged.safeParse(body)
  const tags = named.success ? named.data.meta.tag.map(({ code }) => code) : []
  const held = sitesOf(view.scopes)
  const zones = await zonesOf(looking, [...ownSites, ...tags, ...held])
  return {
    isNew: current === null,
    view,
    shown: z.record(z.string(), z.custom<Element>()).parse(shown),
    seesAll: caller.client.seesRestricted,
    ownSites,
    zoneOf: (site) => zones.get(site) ?? null,
  }
}

const tagged = z.object({ meta: z.object({ tag: z.array(z.object({ code: idSchema })).max(32) }) })

function sitesOf(scopes: readonly string[]): readonly Id[] {
  return [...new Set(scopes)].flatMap((scope) =>
    scope.startsWith('site:') ? [scope.slice('site:'.length)] : [],
  )
}

async function zonesOf(looking: Writing['looking'], sites: readonly Id[]): Promise<ReadonlyMap<Id, string>> {
  const seen = await seeByIds(looking, 'Location', [...new Set(sites)])
  return new Map(
    seen.flatMap(({ id, view }) => {
      const { type, zone } = viewSchema(modules.locations).parse(view)
      return type === 'site' && zone ? [[id, zone] as const] : []
    }),
  )
}
