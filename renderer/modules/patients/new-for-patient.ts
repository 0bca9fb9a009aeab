import { blankOf } from '#app/kernel/index.ts'
import type { AnyModule, ErrorCode } from '#app/kernel/index.ts'
import { isBeyondReach } from '#app/modules/patients/index.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'

/** Why a new record of a module can not be made for a patient, as it begins; null: it can. Pure. */
export function refusalOfNew(module: AnyModule, patient: RecordView): ErrorCode | null {
  const begun = { ...patient, ...blankOf(module), patientId: patient.id }
  const outreach = module.outreach(begun, null)
  return outreach !== null && isBeyondReach(patient, outreach.at) ? 'patient.deceased' : null
}
