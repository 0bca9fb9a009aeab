import { map, Subscription } from 'rxjs'
import type { Observable } from 'rxjs'
import { modules } from '#app/modules/index.ts'
import type { ModuleName, ViewOfModule } from '#app/modules/index.ts'
import type { AnyDocument, AnyModule, Id } from '#app/kernel/index.ts'
import type { Replica } from '#renderer/replica/contract.ts'
import type { Lookup } from '../fields/field-view.ts'
import { wholeList } from './use-records.ts'

// Names of records are read one by one, where a screen shows them: nobody reads a module to name a few of its records.

const known = new WeakMap<object, string>()

/** The line that names a record, made once for each state of it. */
export function titleOf(module: ModuleName, view: object): string {
  const found = known.get(view)
  if (found !== undefined) return found
  const definition: AnyModule = modules[module]
  const title = definition.title(view as AnyDocument)
  known.set(view, title)
  return title
}

/** Empty while the record is not on this device. */
function watchTitle(replica: Replica, module: ModuleName, id: Id): Observable<string> {
  if (module === 'pipelines')
    return wholeList(replica, module).pipe(map((pipelines) => pipelineTitle(pipelines, id)))
  return replica.watch(module, id).pipe(map((view) => (view === null ? '' : titleOf(module, view))))
}

/** Stages lie in their pipeline and are named by ids of their own. */
function pipelineTitle(pipelines: readonly ViewOfModule<'pipelines'>[], id: Id): string {
  for (const view of pipelines) {
    if (view.id === id) return titleOf('pipelines', view)
    const stage = view.stages?.find((each) => each.id === id)
    if (stage !== undefined) return stage.name
  }
  return ''
}

/** What an observable says at once; undefined where it waits. */
export function glance<Value>(source: Observable<Value>): Value | undefined {
  let seen: Value | undefined
  source.subscribe((value) => (seen = value)).unsubscribe()
  return seen
}

/** Names as they are when they are first asked for: for working through many records. */
export function titlesOnce(replica: Replica): Lookup {
  const titles = new Map<Id, string>()
  return (module, id) => {
    const title = titles.get(id) ?? glance(watchTitle(replica, module, id)) ?? ''
    titles.set(id, title)
    return title
  }
}

/** More than any screen shows; those that were asked for first are let go. */
const MOST = 2000

export type LiveTitles = {
  /** Another function after any of the names has changed. */
  lookup(): Lookup
  subscribe(listener: () => void): () => void
}

type Title = { text: string; subscription: Subscription }

/** The names that screens show, live. */
export function liveTitles(replica: Replica): LiveTitles {
  const titles = new Map<Id, Title>()
  const listeners = new Set<() => void>()

  function ask(module: ModuleName, id: Id): string {
    const held = titles.get(id)
    if (held !== undefined) return held.text
    const title: Title = { text: '', subscription: Subscription.EMPTY }
    // The first name comes while it is asked for, and is the answer.
    let isAnswer = true
    title.subscription = watchTitle(replica, module, id).subscribe((text) => {
      if (title.text === text) return
      title.text = text
      if (!isAnswer) renew()
    })
    isAnswer = false
    titles.set(id, title)
    letGoOfOldest()
    return title.text
  }

  function renew(): void {
    lookup = (...asked) => ask(...asked)
    for (const listener of listeners) listener()
  }

  function letGoOfOldest(): void {
    const [oldest] = titles
    if (titles.size <= MOST || oldest === undefined) return
    const [id, { subscription }] = oldest
    subscription.unsubscribe()
    titles.delete(id)
  }

  let lookup: Lookup = (...asked) => ask(...asked)
  return {
    lookup: () => lookup,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
