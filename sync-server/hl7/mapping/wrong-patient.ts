import type { Json } from '#app/kernel/index.ts'
import { conceptText } from '#app/values/index.ts'
import type { Intent, MappingContext } from './mapped.ts'
import { siteRecord } from './record.ts'
import type { About } from './record.ts'
import type { Order } from './segment-groups.ts'
import { conceptAt } from './value-readers.ts'

// OBX-11 W: the finding is another person's. Nothing of it may be read here any more, and somebody is told.

export function isWrongPatient(status: string): boolean {
  return status === 'W'
}

export const wrongPatientRemark = 'The laboratory took this back: it belongs to another patient.'

const note =
  'The laboratory took it back, and it is hidden now. See whether anything was decided or said because of it.'

/** What was read here of another person may have been acted on: somebody looks after it. One for all of an order. */
export function wrongPatientTask(
  order: Order,
  causes: readonly Json[],
  about: About,
  context: MappingContext,
): Intent {
  const panel = order.obr === null ? undefined : conceptAt(order.obr, 4, context)
  const what = panel === undefined ? '' : ` (${conceptText(panel).slice(0, 80)})`
  const occurrence = order.findings[0]?.obx.occurrence ?? 0
  const task = siteRecord(
    {
      module: 'patient-tasks',
      label: `${about.patient} taken back at OBX[${occurrence}]`,
      key: [],
      fields: { title: `A result was another patient’s${what}`, note, priority: 'urgent' },
      places: { title: `OBX[${occurrence}]-11` },
    },
    { ...about, encounter: null },
    context,
  )
  const cause = ['wrong-patient', ...causes]
  return { ...task, identity: { by: 'cause', cause, of: about.patient }, onlyNew: true }
}
