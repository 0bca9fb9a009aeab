import { useMemo } from 'react'
import type { Id } from '#app/kernel/index.ts'
import { useList } from '#renderer/ui/data/use-records.ts'
import type { Consent } from './consent-words.ts'

/** What a patient allowed and forbade, live; empty until it is known. */
export function useConsentsOf(patientId: Id): readonly Consent[] {
  const consents = useList(
    useMemo(
      () => ({
        module: 'consents' as const,
        by: { index: 'patientId' as const, equals: patientId },
        limit: 50,
      }),
      [patientId],
    ),
  )
  return consents.state === 'here' ? consents.value : nothing
}

const nothing: readonly Consent[] = []
