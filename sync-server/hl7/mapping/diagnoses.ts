import type { DataOfModule } from '#app/modules/index.ts'
import { standardCode } from '../code-tables.ts'
import { markedAt } from '../confidentiality/marks.ts'
import type { Segment } from '../parse/message.ts'
import { isNull, read, repetitionsOf } from '../parse/path.ts'
import { readEi } from '../parse/types.ts'
import { mapping } from './mapped.ts'
import type { Intent, MappedParts, MappingContext, Operation } from './mapped.ts'
import { personRecord } from './record.ts'
import type { About } from './record.ts'
import { diagnosisUses } from './tables.ts'
import { conceptAt, identifierOf, momentAt, oneLine, professionalAt } from './value-readers.ts'

// DG1: the diagnoses of a visit. A list replaces what this feed said before of that visit and of that type (DG1-6); where
// DG1-21 says of one what is to be done, it is no list, and what it does not name stays (HL7 2.5.1, chapter 2.10.4).

/** What is still taken for true. */
const standing: readonly DataOfModule<'conditions'>['verificationStatus'][] = [
  'unconfirmed',
  'provisional',
  'differential',
  'confirmed',
]

export function diagnoses(segments: readonly Segment[], about: About, context: MappingContext): MappedParts {
  const stated = segments
    .filter(({ name }) => name === 'DG1')
    .map((segment) => ({
      segment,
      use: purposeOf(segment, context),
      intent: diagnosis(segment, about, context),
    }))
  const intents = stated.flatMap(({ intent }) => intent ?? [])
  // Of a visit that can't be told apart nothing ends, nor by a list with a line that can't be read: it may be the one.
  const isNowhere = about.encounter === null && segments.some(({ name }) => name === 'PV1')
  const isList = stated.every(
    ({ segment, intent }) => read(segment, '21') === '' && (intent !== null || isNull(segment, '3')),
  )
  if (isNowhere || !isList) return mapping(intents)
  const kept = intents.map(({ label }) => label)
  const replaced = [...new Set(stated.map(({ use }) => use))].map((use): Operation => ({
    type: 'snapshot',
    module: 'conditions',
    of: about.patient,
    visit: about.encounter,
    kept,
    ended: { clinicalStatus: 'inactive' },
    among: [
      { field: 'category', any: ['encounter-diagnosis'] },
      { field: 'diagnosisUse', any: [use ?? null] },
      { field: 'verificationStatus', any: standing },
    ],
  }))
  return mapping(intents, replaced)
}

/** Null is a list of its own: of diagnoses without a type. */
function purposeOf(segment: Segment, context: MappingContext): string | undefined {
  return diagnosisUses[standardCode(context.settings, '0052', read(segment, '6'))]
}

function diagnosis(segment: Segment, about: About, context: MappingContext): Intent | null {
  const place = `DG1[${segment.occurrence}]`
  const words = oneLine(read(segment, '4')).slice(0, 400)
  const code = conceptAt(segment, 3, context) ?? (words === '' ? undefined : { codings: [], text: words })
  if (code === undefined) {
    if (!isNull(segment, '3')) context.unread(`${place}-3`)
    return null
  }
  const [number] = repetitionsOf(segment, 20)
  const given = number === undefined ? null : readEi(number)
  const identifiers = given === null || given.value === '' ? [] : [identifierOf(given, 'RI', 'RI', context)]
  const removed = read(segment, '21').toUpperCase() === 'D'
  const named = code.codings[0]?.code ?? code.text ?? ''
  const rank = Number(read(segment, '15'))
  const use = purposeOf(segment, context)
  const intent = personRecord(
    {
      module: 'conditions',
      label: `${place} of ${about.patient}`,
      // A number tells it apart whatever it is for; without one an admitting diagnosis is another than a final one.
      key: ['diagnosis', ...(identifiers[0] === undefined ? [use ?? '', named] : [identifiers[0].key])],
      within: about.encounter,
      fields: {
        identifiers: identifiers.length === 0 ? undefined : identifiers,
        code,
        category: 'encounter-diagnosis',
        diagnosisUse: use,
        rank: Number.isInteger(rank) && rank >= 1 && rank <= 99 ? rank : undefined,
        onset: momentAt(segment, '5', `${place}-5`, context),
        asserter: professionalAt(segment, 16, context),
        clinicalStatus: removed ? null : 'active',
        verificationStatus: removed ? 'entered-in-error' : 'confirmed',
      },
      places: { code: `${place}-3`, onset: `${place}-5`, asserter: `${place}-16` },
      ...(removed ? { takesBack: 'the diagnosis' } : {}),
      sensitivities: markedAt(context.settings, 'DG1-18', segment, 18),
    },
    about,
    context,
  )
  const encounter =
    about.encounter === null ? {} : { encounterId: { label: about.encounter, optional: true } }
  return { ...intent, links: { ...intent.links, ...encounter } }
}
