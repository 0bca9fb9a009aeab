import { full, readNoPhi, readOnly } from '../../kernel/index.ts'

// What roles may do, for modules that are alike. A role that is not named may do nothing.

/** The records of a patient: who cares for them, the desk and feeds work with them, a FHIR client reads them. */
export const patientRecordAccess = {
  coordinator: full,
  clinician: full,
  supervisor: full,
  feed: full,
  integration: readOnly,
} as const

/** What the house itself writes about a patient, and sends to nobody. */
export const houseRecordAccess = { coordinator: full, clinician: full, supervisor: full } as const

/** Who and what there is: everybody looks it up, supervisors keep it. It says nothing of any patient. */
export const directoryAccess = {
  'account-manager': readOnly,
  coordinator: readOnly,
  clinician: readOnly,
  supervisor: full,
  'sync-admin': readNoPhi,
  'interface-analyst': readNoPhi,
  'privacy-officer': readNoPhi,
  auditor: readNoPhi,
  feed: readOnly,
  integration: readOnly,
} as const
