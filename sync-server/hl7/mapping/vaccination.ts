import { decimalSchema } from '#app/values/index.ts'
import { standardCode } from '../code-tables.ts'
import type { Message, Segment } from '../parse/message.ts'
import { firstSegment, read, repetitionsOf } from '../parse/path.ts'
import { namedVisit } from './encounter.ts'
import { mapping, MappingFailed } from './mapped.ts'
import type { Intent, MappedParts, MappingContext } from './mapped.ts'
import { orderNumbers } from './order-fields.ts'
import { notesOf } from './orders.ts'
import { namedPatient } from './patient.ts'
import { siteRecord } from './record.ts'
import type { About } from './record.ts'
import { relatedPersons } from './related/related.ts'
import { findingIntents } from './result.ts'
import { looseFindings, vaccinationGroups } from './segment-groups.ts'
import type { Vaccination } from './segment-groups.ts'
import { vaccinationStatuses } from './tables.ts'
import { conceptAt, dateAt, momentAt, oneLine, placeAt, professionalAt } from './value-readers.ts'

// VXU: vaccines that were given or refused, one RXA each. RXA-21 is obeyed, RXA-20 says whether it was given.

export function mapVaccinations(message: Message, context: MappingContext): MappedParts {
  const patient = namedPatient(message, context)
  const pid = firstSegment(message, 'PID')
  if (pid === null) throw new MappingFailed('there is no patient', 'PID')
  const visit = {
    label: patient.label,
    pid,
    pv1: firstSegment(message, 'PV1'),
    pv2: firstSegment(message, 'PV2'),
  }
  const encounter = namedVisit(message, visit, context)
  const about = { patient: patient.label, encounter: encounter?.label ?? null }
  const related = relatedPersons(pid, message.segments, about, context)
  return mapping(
    [
      patient,
      ...(encounter === null ? [] : [encounter]),
      ...related.intents,
      ...vaccinationGroups(message).map((group) => vaccination(group, about, context)),
      ...findingIntents(looseFindings(message.segments), about, new Map(), context),
    ],
    related.operations,
  )
}

function vaccination({ rxa, rxr, orc, notes }: Vaccination, about: About, context: MappingContext): Intent {
  const place = `RXA[${rxa.occurrence}]`
  const vaccine = conceptAt(rxa, 5, context)
  if (vaccine === undefined) throw new MappingFailed('the vaccine is not named', `${place}-5`)
  const numbers = orc === null ? [] : orderNumbers({ ...nothing, orc, notes }, context)
  const removed = read(rxa, '21').toUpperCase() === 'D'
  const given = vaccinationStatuses[standardCode(context.settings, '0322', read(rxa, '20'))] ?? 'completed'
  const refusal = conceptAt(rxa, 18, context, 'NIP002')
  const when = momentAt(rxa, '3', `${place}-3`, context)
  const source = read(rxa, '9.1')
  return siteRecord(
    {
      module: 'immunizations',
      label: `${place} of ${about.patient}`,
      key: ['vaccine', numbers[0]?.key ?? when ?? '', vaccine.codings[0]?.code ?? vaccine.text ?? ''],
      fields: {
        identifiers: numbers,
        status: removed ? 'entered-in-error' : given,
        statusReason: given === 'not-done' ? refusal : undefined,
        vaccineCode: vaccine,
        occurrence: when,
        recorded: momentAt(rxa, '22', `${place}-22`, context),
        primarySource: source === '' ? undefined : source === '00',
        reportOrigin: source === '00' || source === '' ? undefined : conceptAt(rxa, 9, context, 'NIP001'),
        manufacturer: conceptAt(rxa, 17, context, 'MVX'),
        lotNumber: oneLine(read(rxa, '15')).slice(0, 40) || undefined,
        expirationDate: dateAt(rxa, '16', `${place}-16`, context),
        doseQuantity: doseOf(rxa),
        performer: professionalAt(rxa, 10, context),
        orderedBy: orc === null ? undefined : professionalAt(orc, 12, context),
        location: repetitionsOf(rxa, 11).length === 0 ? undefined : placeAt(rxa, 11),
        route: rxr === null ? undefined : conceptAt(rxr, 1, context, 'HL70162'),
        bodySite: rxr === null ? undefined : conceptAt(rxr, 2, context, 'HL70163'),
        notes: notesOf(notes),
      },
      places: { vaccineCode: `${place}-5`, occurrence: `${place}-3`, lotNumber: `${place}-15` },
      ...(removed ? { takesBack: 'the vaccination' } : {}),
    },
    about,
    context,
  )
}

const nothing = { obr: null, specimen: null, timing: null, diagnoses: [], findings: [] } as const

/** 999 and 0 say that the amount is not known. */
function doseOf(rxa: Segment) {
  const amount = read(rxa, '6').replace(/^\./, '0.')
  const known = decimalSchema.safeParse(amount).success && amount !== '999' && Number(amount) > 0
  if (!known) return undefined
  const unit = oneLine(read(rxa, '7.2') || read(rxa, '7.1')).slice(0, 64)
  return { value: amount, ...(unit === '' ? {} : { unit }) }
}
