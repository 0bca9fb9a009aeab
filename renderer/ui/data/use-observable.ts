import { useState, useSyncExternalStore } from 'react'
import type { Observable } from 'rxjs'

export type Observed<Value> =
  | { readonly state: 'waiting' }
  | { readonly state: 'here'; readonly value: Value }

const waiting = { state: 'waiting' } as const

type Store<Value> = {
  readonly source: Observable<Value>
  subscribe(listener: () => void): () => void
  read(): Observed<Value>
}

/** The latest value of an observable. The observable must stay the same between renders, or it is subscribed anew. */
export function useObservable<Value>(source: Observable<Value>): Observed<Value> {
  const [store, setStore] = useState(() => storeOf(source))
  let current = store
  if (store.source !== source) {
    current = storeOf(source)
    setStore(current)
  }
  return useSyncExternalStore(current.subscribe, current.read)
}

function storeOf<Value>(source: Observable<Value>): Store<Value> {
  let latest: Observed<Value> = waiting
  return {
    source,
    read: () => latest,
    subscribe(listener) {
      const subscription = source.subscribe((value) => {
        latest = { state: 'here', value }
        listener()
      })
      return () => subscription.unsubscribe()
    },
  }
}
