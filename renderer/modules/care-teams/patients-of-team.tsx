import { useCallback } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { ViewOfModule } from '#app/modules/index.ts'
import { RelatedList } from '#renderer/ui/record/related-list.tsx'

type Patient = ViewOfModule<'patients'>

/** Whom the team cares for, of those on this device. */
export function PatientsOfTeam({ teamId }: { readonly teamId: Id }) {
  const where = useCallback(({ careTeamIds = [] }: Patient) => careTeamIds.includes(teamId), [teamId])
  return <RelatedList module="patients" title="Patients" where={where} />
}
