import { modules } from '#app/modules/index.ts'
import { isBeyondReach } from '#app/modules/patients/index.ts'
import type { StoredDocument } from '../../store/contract.ts'
import { documentAmong } from '../view.ts'
import type { PushQuestion } from './push-question.ts'

/** Who among the records that are referred to has died. */
export function beyondReachAmong(parents: readonly StoredDocument[]): PushQuestion['beyondReach'] {
  const { collection } = modules.patients
  return (id, at) => isBeyondReach(documentAmong(parents, { collection, id })?.body.doc, at)
}
