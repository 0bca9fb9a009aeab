import { standardCode } from '../code-tables.ts'
import type { Segment } from '../parse/message.ts'
import { read, repetitionsOf } from '../parse/path.ts'
import { readCoded, readEi } from '../parse/types.ts'
import { mapping } from './mapped.ts'
import type { Intent, MappedParts, MappingContext } from './mapped.ts'
import { personRecord } from './record.ts'
import type { About } from './record.ts'
import { allergyCategories, allergyCriticalities, allergySeverities } from './tables.ts'
import { conceptAt, conceptOf, dateAt, identifierOf } from './value-readers.ts'

// AL1 is a snapshot of a patient's allergies; IAM says of each what is to be done with it (IAM-6, table 0206).

export function allergies(segments: readonly Segment[], about: About, context: MappingContext): MappedParts {
  const listed = segments.filter(({ name }) => name === 'AL1')
  const acted = segments.filter(({ name }) => name === 'IAM')
  const known = listed.flatMap((segment) => allergy(segment, about, context) ?? [])
  const intents = [...known, ...acted.flatMap((segment) => allergy(segment, about, context) ?? [])]
  // A list of which a line can't be read ends nothing: it may be the one.
  if (listed.length === 0 || known.length < listed.length) return mapping(intents)
  const kept = intents.map(({ label }) => label)
  const ended = { clinicalStatus: 'inactive' }
  return mapping(intents, [{ type: 'snapshot', module: 'allergies', of: about.patient, kept, ended }])
}

function allergy(segment: Segment, about: About, context: MappingContext): Intent | null {
  const place = `${segment.name}[${segment.occurrence}]`
  const code = conceptAt(segment, 3, context)
  if (code === undefined) {
    context.unread(`${place}-3`)
    return null
  }
  const isAction = segment.name === 'IAM'
  const action = isAction ? read(segment, '6').toUpperCase() : ''
  const severity = standardCode(context.settings, '0128', read(segment, '4'))
  const [number] = isAction ? repetitionsOf(segment, 7) : []
  const given = number === undefined ? null : readEi(number)
  const identifiers = given === null || given.value === '' ? [] : [identifierOf(given, 'RI', 'RI', context)]
  const category = allergyCategories[standardCode(context.settings, '0127', read(segment, '2'))]
  const onset = isAction
    ? dateAt(segment, '11', `${place}-11`, context)
    : dateAt(segment, '6', `${place}-6`, context)
  return personRecord(
    {
      module: 'allergies',
      label: `${place} of ${about.patient}`,
      key: ['allergy', identifiers[0]?.key ?? code.codings[0]?.code ?? code.text ?? ''],
      fields: {
        identifiers: identifiers.length === 0 ? undefined : identifiers,
        code,
        clinicalStatus: action === 'D' ? 'inactive' : 'active',
        categories: category === undefined ? undefined : [category],
        criticality: allergyCriticalities[severity],
        reactions: reactionsOf(segment, severity, context),
        onset,
      },
      places: { code: `${place}-3`, onset: `${place}-6`, reactions: `${place}-5` },
      ...(action === 'D' ? { takesBack: 'the allergy' } : {}),
    },
    { ...about, encounter: null },
    context,
  )
}

function reactionsOf(segment: Segment, severity: string, context: MappingContext) {
  const reactions = repetitionsOf(segment, 5).flatMap((repetition, index) => {
    const manifestation = conceptOf(readCoded(repetition), context)
    const named = allergySeverities[severity]
    return manifestation === undefined
      ? []
      : [
          {
            key: `reaction-${index + 1}`,
            manifestations: [manifestation],
            ...(named === undefined ? {} : { severity: named }),
          },
        ]
  })
  return reactions.length === 0 ? undefined : reactions
}
