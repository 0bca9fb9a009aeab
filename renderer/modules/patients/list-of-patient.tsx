import { useMemo } from 'react'
import type { ReactNode } from 'react'
import type { DataOfModule, ModuleName, ViewOfModule } from '#app/modules/index.ts'
import { anyModule } from '#renderer/ui/data/use-permission.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { RelatedList } from '#renderer/ui/record/related-list.tsx'
import { refusalOfNew } from './new-for-patient.ts'

/** The modules whose records hang on a patient. */
type OfPatient = {
  [Name in ModuleName]: DataOfModule<Name> extends { readonly patientId: string | null } ? Name : never
}[ModuleName]

type ListOfPatientProps<Name extends OfPatient> = {
  readonly module: Name
  readonly patient: RecordView
  readonly title?: string
  readonly limit?: number
  /** Leaves out the records that it does not hold of. Must stay the same between renders. */
  readonly among?: (view: ViewOfModule<Name>) => boolean
  readonly sort?: (a: ViewOfModule<Name>, b: ViewOfModule<Name>) => number
  readonly renderEnd?: (view: ViewOfModule<Name>) => ReactNode
}

/** The records of a module that are one patient's, and a way to make one of theirs. */
export function ListOfPatient<Name extends OfPatient>(props: ListOfPatientProps<Name>) {
  const { module, patient, among, ...rest } = props
  const { id } = patient
  const by = useMemo(() => ({ index: 'patientId', equals: id }) as const, [id])
  const sites = patient['siteIds']
  const given = useMemo(() => ({ patientId: id, siteIds: idsOf(sites) }), [id, sites])
  const where = among ? { where: among } : {}
  const refusal = refusalOfNew(anyModule(module), patient)
  return <RelatedList module={module} by={by} {...where} given={given} refusal={refusal} {...rest} />
}

function idsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
}
