import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useObservable } from '#renderer/ui/data/use-observable.ts'
import { loadingWords } from './loading-words.ts'
import type { LoadingWords } from './loading-words.ts'

/** How far the records behind the first screen are read in; null once all are here. */
export function useLoading(): LoadingWords | null {
  const observed = useObservable(useReplica().loading$)
  return observed.state === 'waiting' || observed.value === null ? null : loadingWords(observed.value)
}
