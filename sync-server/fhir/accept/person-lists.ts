import type { Address, HumanName, Identifier, Telecom } from '#app/values/index.ts'
import { addressElement, identifierElement, nameElement, telecomElement } from '../convert/data-types.ts'
import { identifierFrom, periodFrom } from './data-types.ts'
import { notKept } from './refusals.ts'
import { keyFrom } from './restate.ts'
import type { ListRule } from './restate.ts'
import type { SaidAddress, SaidContactPoint, SaidIdentifier, SaidName } from './shapes.ts'

// How the lists of a person are restated. What a patient asked to be kept confidential (45 CFR 164.522(b)) stays so: a
// correction keeps the mark, and none goes because it was not stated.

/** Identifiers have no key but themselves: another value is another identifier. */
export function identifierRule(type: string): ListRule<Identifier, SaidIdentifier> {
  return {
    show: identifierElement,
    corrects: () => false,
    made: (said, index) => identifierFrom(said, `${type}.identifier[${index}]`),
    goes: () => true,
  }
}

export const nameRule: ListRule<HumanName, SaidName> = {
  show: nameElement,
  corrects: (said, { use }) => said.use === undefined || said.use === use,
  made: ({ use, given = [], prefix = [], suffix = [], period, ...parts }, index, corrected) => ({
    key: keyFrom(corrected),
    use: use ?? corrected?.use ?? (index === 0 ? 'official' : 'usual'),
    given,
    prefix,
    suffix,
    ...parts,
    representation: corrected?.representation ?? 'A',
    ...periodFrom(period),
  }),
  goes: () => true,
}

type Confidential = { readonly confidential: boolean }

/** `seesAll`: the client is shown what is confidential, too. */
export function telecomRule(seesAll: boolean): ListRule<Telecom, SaidContactPoint> {
  return {
    show: (item) => shownTo(seesAll, item, telecomElement(item)),
    corrects: (said, { system, use }) => said.system === system && (said.use ?? use) === use,
    made: ({ use, period, ...parts }, _, corrected) => ({
      key: keyFrom(corrected),
      use: use ?? corrected?.use ?? 'home',
      confidential: corrected?.confidential ?? false,
      ...parts,
      ...periodFrom(period),
    }),
    goes: ({ confidential }) => !confidential,
  }
}

export function addressRule(seesAll: boolean): ListRule<Address, SaidAddress> {
  return {
    show: (item) => shownTo(seesAll, item, addressElement(item)),
    corrects: (said, { use }) => addressUse(said) === use,
    made: ({ use, type, line = [], period, ...parts }, index, corrected) => {
      if (use !== undefined && type !== undefined) throw notKept(`Patient.address[${index}].type`)
      return {
        key: keyFrom(corrected),
        use: addressUse({ use, type }),
        confidential: corrected?.confidential ?? false,
        lines: line,
        ...parts,
        ...periodFrom(period),
      }
    },
    goes: ({ confidential }) => !confidential,
  }
}

function addressUse({ use, type }: Pick<SaidAddress, 'use' | 'type'>): Address['use'] {
  return use ?? (type === 'postal' ? 'mailing' : 'home')
}

function shownTo<Shown>(seesAll: boolean, { confidential }: Confidential, shown: Shown): Shown | undefined {
  return seesAll || !confidential ? shown : undefined
}
