import type { AnyModule } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { resourceOf, withDisputes } from '../../fhir/convert/index.ts'
import type { Element, Resource } from '../../fhir/convert/index.ts'
import { linesOf } from './value-words.ts'
import type { WholeRecord } from './whole-record.ts'

// A patient's whole record for machines: a FHIR R4 Bundle. What FHIR has no type of ours for is a Basic, its fields as a text.

const refer = (_type: string, id: string): string => `urn:uuid:${id}`

export function recordBundle(record: WholeRecord): Resource {
  const titles = record.names
  const resources = [
    ...record.records.map((one) =>
      withDisputes(
        resourceOf(one.module, one.view, refer) ?? basicOf(record, one, titles),
        record.disputes.get(one.view.id) ?? [],
      ),
    ),
    ...record.amendments.map(({ id, content }) =>
      basic(record, id, 'Request to amend', linesOf(content, titles)),
    ),
  ]
  const entry = resources.map((resource) => ({ fullUrl: refer('', resource.id), resource }))
  return {
    resourceType: 'Bundle',
    id: `record-of-${record.patientId}`,
    type: 'collection',
    timestamp: record.at,
    entry,
  }
}

function basicOf(
  record: WholeRecord,
  { module: name, view }: WholeRecord['records'][number],
  titles: ReadonlyMap<string, string>,
): Resource {
  const module: AnyModule = modules[name]
  const lines = Object.entries(module.fields).flatMap(([field, { label }]) => {
    const words = linesOf(view[field], titles)
    return words.length === 0 ? [] : [`${label}: ${words.join(', ')}`]
  })
  return { ...basic(record, view.id, module.label.one, lines), created: view.created.at.slice(0, 10) }
}

function basic({ patientId }: WholeRecord, id: string, what: string, lines: readonly string[]): Resource {
  const text: Element = {
    status: 'generated',
    div: `<div xmlns="http://www.w3.org/1999/xhtml">${lines.map((line) => `<p>${escaped(line)}</p>`).join('')}</div>`,
  }
  return {
    resourceType: 'Basic',
    id,
    text,
    code: { text: what },
    subject: { reference: refer('Patient', patientId) },
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
