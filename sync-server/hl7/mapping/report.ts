import { standardCode } from '../code-tables.ts'
import { sensitiveAt } from '../confidentiality/marks.ts'
import { read } from '../parse/path.ts'
import type { Intent, MappingContext } from './mapped.ts'
import { siteRecord } from './record.ts'
import type { About } from './record.ts'
import { issuedAt, orderNumbers, specimenOf } from './order-fields.ts'
import type { Order } from './segment-groups.ts'
import { reportRanks, reportStatuses } from './tables.ts'
import { conceptAt, conceptOf, momentAt, professionalAt } from './value-readers.ts'

/** OBR of a result: the report that its findings belong to. Known by the filler's number and OBR-4. */
export function reportIntent(order: Order, label: string, about: About, context: MappingContext): Intent {
  const { obr } = order
  const numbers = orderNumbers(order, context)
  const at = obr === null ? undefined : momentAt(obr, '7', 'OBR-7', context)
  const until = obr === null ? undefined : momentAt(obr, '8', 'OBR-8', context)
  const section = obr === null ? '' : read(obr, '24')
  const status = obr === null ? '' : standardCode(context.settings, '0123', read(obr, '25'))
  const period = Object.fromEntries(
    Object.entries({ start: at, end: until }).filter(([, moment]) => moment !== undefined),
  )
  const nameless = { codings: [], text: 'Report' }
  return siteRecord(
    {
      module: 'diagnostic-reports',
      label,
      key: ['report', numbers[0]?.key ?? at ?? '', obr === null ? '' : read(obr, '4')],
      fields: {
        identifiers: numbers,
        status: reportStatuses[status] ?? 'unknown',
        category: section === '' ? undefined : sectionConcept(section, context),
        code: (obr === null ? undefined : conceptAt(obr, 4, context)) ?? nameless,
        effectivePeriod: Object.keys(period).length === 0 ? undefined : period,
        issuedAt: obr === null ? undefined : issuedAt(obr, context),
        specimen: specimenOf(order, context),
        orderedBy: obr === null ? undefined : professionalAt(obr, 16, context),
        resultsInterpreter: obr === null ? undefined : professionalAt(obr, 32, context),
      },
      ranks: reportRanks,
      sensitivities: sensitiveAt(context.settings, 'OBR-4', obr, 4),
      places: {
        identifiers: 'OBR-3',
        code: 'OBR-4',
        effectivePeriod: 'OBR-7',
        issuedAt: 'OBR-22',
        status: 'OBR-25',
        orderedBy: 'OBR-16',
      },
    },
    about,
    context,
  )
}

/** Table 0074. */
function sectionConcept(code: string, context: MappingContext) {
  const coded = { code, text: '', system: '', alternate: null, original: '' }
  return conceptOf(coded, context, 'HL70074')
}
