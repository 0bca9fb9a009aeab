import { z } from 'zod'
import { sameJson } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { HumanName } from '#app/values/index.ts'
import { LANGUAGE_TAGS } from '../convert/data-types.ts'
import type { Accepting, Stated } from './accepting.ts'
import { conceptFrom, momentFrom, onlyOne, professionalFrom } from './data-types.ts'
import { addressRule, identifierRule, nameRule, telecomRule } from './person-lists.ts'
import { notKept, notValid, readShape } from './refusals.ts'
import { restated, restatedList } from './restate.ts'
import {
  addressShape,
  conceptShape,
  contactPointShape,
  envelopeShape,
  momentShape,
  nameShape,
  referenceShape,
} from './shapes.ts'
import { sitesIn, sitesOfNew } from './sites.ts'

const shape = z.strictObject({
  resourceType: z.literal('Patient'),
  ...envelopeShape,
  active: z.boolean().optional(),
  name: z.array(nameShape).max(16).optional(),
  telecom: z.array(contactPointShape).max(32).optional(),
  gender: z.enum(['female', 'male', 'other', 'unknown']).optional(),
  birthDate: momentShape.refine((said) => said.length <= 10).optional(),
  deceasedBoolean: z.boolean().optional(),
  deceasedDateTime: momentShape.optional(),
  address: z.array(addressShape).max(32).optional(),
  maritalStatus: conceptShape.optional(),
  multipleBirthBoolean: z.literal(false).optional(),
  multipleBirthInteger: z.int().optional(),
  communication: z
    .array(z.strictObject({ language: conceptShape, preferred: z.boolean().optional() }))
    .max(16)
    .optional(),
  generalPractitioner: z.array(referenceShape).optional(),
  link: z.array(z.json()).optional(),
})
type Said = z.infer<typeof shape>

/** What a stated Patient (hl7.org/fhir/R4/patient.html) makes of the record. Pure, but for the keys of new items. */
export function patientFrom(body: unknown, accepting: Accepting<'patients'>): Stated<'patients'> {
  const said = readShape('Patient', shape, body)
  const { view, shown, seesAll } = accepting
  insistOnTheSameLife(said, shown)
  return {
    siteIds: siteIdsFrom(said, accepting),
    identifiers: restatedList(identifierRule('Patient'), view.identifiers, said.identifier),
    names: namesFrom(said, view.names),
    telecoms: restatedList(telecomRule(seesAll), view.telecoms, said.telecom),
    addresses: restatedList(addressRule(seesAll), view.addresses, said.address),
    administrativeGender: said.gender ?? emptied(view.administrativeGender),
    birthDate: said.birthDate ?? emptied(view.birthDate),
    birthOrder: said.multipleBirthInteger ?? emptied(view.birthOrder),
    deceased: deceasedFrom(said, accepting),
    maritalStatus: restated(view.maritalStatus, shown['maritalStatus'], said.maritalStatus, (status) =>
      conceptFrom(status, 'Patient.maritalStatus'),
    ),
    languages: languagesFrom(said, accepting),
    generalPractitioner: practitionerFrom(said, accepting),
  }
}

/** What is not stated any more is empty; what the client can not see, it does not empty. */
function emptied(held: unknown): null | undefined {
  return held === undefined ? undefined : null
}

/** Whether a record lives, and what it was merged into, is decided in Rounds. */
function insistOnTheSameLife({ active, link }: Said, shown: Accepting<'patients'>['shown']): void {
  if ((active ?? true) !== (shown['active'] ?? true)) throw notKept('Patient.active')
  if (!sameJson(link, shown['link'])) throw notKept('Patient.link')
}

function siteIdsFrom(
  { meta }: Said,
  { view, ownSites, isNew, zoneOf }: Accepting<'patients'>,
): Id[] | undefined {
  const named = sitesIn('Patient', meta?.tag, zoneOf)
  if (isNew) return [...sitesOfNew('Patient', named, ownSites)]
  // A site is only added: to take a patient out of one is for somebody who sees both.
  const added = named.filter((site) => view.siteIds?.includes(site) !== true)
  return added.length === 0 ? view.siteIds : [...(view.siteIds ?? []), ...added]
}

function namesFrom({ name }: Said, held: HumanName[] | undefined): HumanName[] | undefined {
  if (name === undefined || name.length === 0) throw notValid('Patient.name', 'it is needed')
  return restatedList(nameRule, held, name)
}

function deceasedFrom(said: Said, { view, shown }: Accepting<'patients'>): Stated<'patients'>['deceased'] {
  const { deceasedBoolean: deceased, deceasedDateTime: at } = said
  if (deceased !== undefined && at !== undefined)
    throw notValid('Patient.deceasedDateTime', 'both are stated')
  if (deceased === shown['deceasedBoolean'] && at === shown['deceasedDateTime']) return view.deceased
  if (at !== undefined) return { deceased: true, at: momentFrom(at) }
  return deceased === undefined ? null : { deceased }
}

function languagesFrom(
  { communication }: Said,
  { view, shown }: Accepting<'patients'>,
): Stated<'patients'>['languages'] {
  if (sameJson(communication, shown['communication'])) return view.languages
  return (communication ?? []).map(({ language, preferred }, index) => {
    const at = `Patient.communication[${index}].language`
    const coding = onlyOne(language.coding, `${at}.coding`)
    if (coding?.code === undefined) throw notValid(`${at}.coding`, 'a language tag is needed')
    if (coding.system !== undefined && coding.system !== LANGUAGE_TAGS)
      throw notKept(`${at}.coding[0].system`)
    return { language: coding.code, preferred: preferred ?? false }
  })
}

function practitionerFrom(
  { generalPractitioner }: Said,
  { view, shown }: Accepting<'patients'>,
): Stated<'patients'>['generalPractitioner'] {
  const at = 'Patient.generalPractitioner'
  return restated(view.generalPractitioner, shown['generalPractitioner'], generalPractitioner, (all) => {
    const one = onlyOne(all, at)
    return one === undefined ? null : professionalFrom(one, `${at}[0]`)
  })
}
