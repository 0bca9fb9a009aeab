import { useEffect, useState } from 'react'
import type { ReplicaGate } from '#renderer/replica/contract.ts'

/**
 * Whether the server that is typed has a page where people sign in with their browser. Asked quietly: a server that can't be
 * asked now is met again with the next step.
 */
export function useBrowserOffer(gate: Pick<ReplicaGate, 'admission'>, first: string) {
  const [server, lookAt] = useState(first)
  const [isOffered, setOffered] = useState(false)
  useEffect(() => {
    let isCurrent = true
    const hear = (byBrowser: boolean): void => {
      if (isCurrent) setOffered(byBrowser)
    }
    gate.admission(server).then(
      ({ byBrowser }) => hear(byBrowser),
      () => hear(false),
    )
    return () => void (isCurrent = false)
  }, [gate, server])
  return { isOffered, setOffered, lookAt }
}
