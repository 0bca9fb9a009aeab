import { markedAt } from '../confidentiality/marks.ts'
import type { Segment } from '../parse/message.ts'
import { read, repetitionsOf } from '../parse/path.ts'
import { readEi } from '../parse/types.ts'
import { mapping } from './mapped.ts'
import type { Intent, MappedParts, MappingContext } from './mapped.ts'
import { personRecord } from './record.ts'
import type { About } from './record.ts'
import { standardCode } from '../code-tables.ts'
import { diagnosisUses } from './tables.ts'
import { conceptAt, identifierOf, momentAt, oneLine, professionalAt } from './value-readers.ts'

/** DG1: the diagnoses of a visit. DG1-21 says of each what is to be done with it; what is not named any more stays. */
export function diagnoses(segments: readonly Segment[], about: About, context: MappingContext): MappedParts {
  const intents = segments
    .filter(({ name }) => name === 'DG1')
    .flatMap((segment) => diagnosis(segment, about, context) ?? [])
  return mapping(intents)
}

function diagnosis(segment: Segment, about: About, context: MappingContext): Intent | null {
  const place = `DG1[${segment.occurrence}]`
  const words = oneLine(read(segment, '4')).slice(0, 400)
  const code = conceptAt(segment, 3, context) ?? (words === '' ? undefined : { codings: [], text: words })
  if (code === undefined) {
    context.unread(`${place}-3`)
    return null
  }
  const [number] = repetitionsOf(segment, 20)
  const given = number === undefined ? null : readEi(number)
  const identifiers = given === null || given.value === '' ? [] : [identifierOf(given, 'RI', 'RI', context)]
  const removed = read(segment, '21').toUpperCase() === 'D'
  const rank = Number(read(segment, '15'))
  const intent = personRecord(
    {
      module: 'conditions',
      label: `${place} of ${about.patient}`,
      key: [
        'diagnosis',
        about.encounter ?? '',
        identifiers[0]?.key ?? code.codings[0]?.code ?? code.text ?? '',
      ],
      fields: {
        identifiers: identifiers.length === 0 ? undefined : identifiers,
        code,
        category: 'encounter-diagnosis',
        diagnosisUse: diagnosisUses[standardCode(context.settings, '0052', read(segment, '6'))],
        rank: Number.isInteger(rank) && rank >= 1 && rank <= 99 ? rank : undefined,
        onset: momentAt(segment, '5', `${place}-5`, context),
        asserter: professionalAt(segment, 16, context),
        ...(removed ? { verificationStatus: 'entered-in-error', clinicalStatus: null } : {}),
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
