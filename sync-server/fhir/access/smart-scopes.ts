// SMART App Launch 2.2, "Scopes for requesting FHIR resources", for machines: `system/TYPE.cruds`, of which Rounds grants
// c, r, u and s; nobody deletes by FHIR. The first version of SMART wrote `.read`, `.write` and `.*`.

export type Interaction = 'create' | 'read' | 'update' | 'search'

const letters: Readonly<Record<Interaction, string>> = { create: 'c', read: 'r', update: 'u', search: 's' }
const firstVersion: Readonly<Record<string, string>> = { read: 'rs', write: 'cu', '*': 'crus' }

type SmartScope = { readonly type: string; readonly letters: string }

/** Null for what is no scope of a machine, or names letters out of their order. */
function parse(text: string): SmartScope | null {
  const [, type, given] = /^system\/([A-Z][A-Za-z]{1,40}|\*)\.(\*|[a-z]{1,5})$/.exec(text) ?? []
  if (type === undefined || given === undefined) return null
  const asked = firstVersion[given] ?? given
  return /^c?r?u?d?s?$/.test(asked) ? { type, letters: asked.replace('d', '') } : null
}

export function isSmartScope(text: string): boolean {
  return (parse(text)?.letters ?? '') !== ''
}

/** Whether scopes that were granted let a client do something with resources of a type. */
export function allows(granted: readonly string[], interaction: Interaction, type: string): boolean {
  return granted.some((text) => {
    const scope = parse(text)
    return scope !== null && covers(scope.type, type) && scope.letters.includes(letters[interaction])
  })
}

/** Of what a client asks for, what it may have: never more than it asked, never more than it was allowed. */
export function granted(asked: readonly string[], allowed: readonly string[]): readonly string[] {
  const scopes = asked.flatMap((text) => {
    const wish = parse(text)
    return wish === null ? [] : allowed.flatMap((most) => common(wish, parse(most)))
  })
  return [...new Set(scopes)]
}

function common(wish: SmartScope, most: SmartScope | null): readonly string[] {
  if (most === null || (!covers(wish.type, most.type) && !covers(most.type, wish.type))) return []
  const both = wish.letters
    .split('')
    .filter((letter) => most.letters.includes(letter))
    .join('')
  return both === '' ? [] : [`system/${wish.type === '*' ? most.type : wish.type}.${both}`]
}

function covers(scopeType: string, type: string): boolean {
  return scopeType === '*' || scopeType === type
}
