import { modules } from '#app/modules/index.ts'
import { isBeyondReach } from '#app/modules/patients/index.ts'
import type { StoredDocument } from '../../store/contract.ts'
import { keyOf } from '../view.ts'
import type { PushQuestion } from './push-question.ts'

/** Who among the records that are referred to has died. */
export function beyondReachAmong(parents: ReadonlyMap<string, StoredDocument>): PushQuestion['beyondReach'] {
  const { collection } = modules.patients
  return (id, at) => isBeyondReach(parents.get(keyOf({ collection, id }))?.body.doc, at)
}
