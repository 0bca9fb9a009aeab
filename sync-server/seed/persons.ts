import type { Address, HumanName, Telecom } from '#app/values/index.ts'
import { folded } from '#app/values/index.ts'
import type { Random } from './random.ts'
import { familyNames, feminineNames, masculineNames, mononyms, scriptNames, streets } from './words.ts'
import type { Town } from './world.ts'

// Names, addresses and numbers of people. Numbers lie in 555-0100 to 555-0199 and mail in example.org, which are kept
// free for such use.

export type Gender = 'female' | 'male' | 'other'

type NameParts = Pick<HumanName, 'use'> & Partial<HumanName>

export function humanName(parts: NameParts): HumanName {
  return {
    key: `${parts.use}-${(parts.representation ?? 'A').toLowerCase()}`,
    given: [],
    prefix: [],
    suffix: [],
    representation: 'A',
    ...parts,
  }
}

export function givenName(random: Random, gender: Gender): string {
  const names = gender === 'other' ? [...feminineNames, ...masculineNames] : namesOf(gender)
  return random.pick(names)
}

function namesOf(gender: 'female' | 'male'): readonly string[] {
  return gender === 'female' ? feminineNames : masculineNames
}

/** The names of a patient: mostly a legal name; some with a preferred, a former, a single or a scripted one. */
export function patientNames(random: Random, gender: Gender): HumanName[] {
  const kind = random.next()
  if (kind < 0.01) return [humanName({ use: 'official', given: [random.pick(mononyms)] })]
  if (kind < 0.025) return scriptedNames(random)
  const official = humanName({
    use: 'official',
    family: familyName(random),
    given: [givenName(random, gender), ...(random.chance(0.3) ? [givenName(random, gender)] : [])],
    suffix: gender === 'male' && random.chance(0.03) ? ['Jr.'] : [],
  })
  const names = [official]
  if (random.chance(0.08)) names.push(preferredOf(official, givenName(random, gender)))
  if (gender === 'female' && random.chance(0.12)) {
    names.push(humanName({ ...official, key: 'maiden-a', use: 'maiden', family: random.pick(familyNames) }))
  }
  return names
}

function preferredOf(official: HumanName, called: string): HumanName {
  return humanName({ use: 'usual', given: [called], ...(official.family ? { family: official.family } : {}) })
}

function scriptedNames(random: Random): HumanName[] {
  const script = random.pick(scriptNames)
  return (['A', 'I', 'P'] as const).map((representation) => {
    const [family, given] = script[representation]
    return humanName({ use: 'official', representation, family, given: [given] })
  })
}

export function familyName(random: Random): string {
  const name = random.pick(familyNames)
  return random.chance(0.04) ? `${name}-${random.pick(familyNames)}` : name
}

export function address(random: Random, town: Town, use: Address['use'], confidential = false): Address {
  return {
    key: use,
    use,
    confidential,
    lines: [
      `${random.int(1, 899)} ${random.pick(streets)}`,
      ...(random.chance(0.2) ? [`Apt ${random.int(1, 40)}`] : []),
    ],
    city: town.city,
    state: town.state,
    postalCode: `${town.postal}${String(random.int(1, 49)).padStart(2, '0')}`,
    country: 'US',
  }
}

export function phone(random: Random, town: Town, use: Telecom['use'], confidential = false): Telecom {
  const value = `(${town.area}) 555-01${String(random.int(0, 99)).padStart(2, '0')}`
  return { key: `phone-${use}`, system: 'phone', value, use, confidential }
}

export function mail(name: string, number: number, use: Telecom['use']): Telecom {
  const local = folded(name)
    .replaceAll('ı', 'i')
    .replaceAll('ø', 'o')
    .replaceAll(/[^a-z]+/g, '.')
    .replaceAll(/^\.+|\.+$/g, '')
  const value = `${local === '' ? 'someone' : local}.${number}@example.org`
  return { key: `email-${use}`, system: 'email', value, use, confidential: false }
}
