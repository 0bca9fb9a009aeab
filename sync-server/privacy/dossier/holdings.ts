import { ownSitesSubject, permissionFor } from '#app/access/index.ts'
import type { Permission, Subject } from '#app/access/index.ts'
import type { AnyModule, Id, PhiClass } from '#app/kernel/index.ts'
import { isModuleName, moduleOfKind, modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { patientOf } from '../../replication/records-of-patient.ts'
import type { Reader, StoredDocument } from '../../store/contract.ts'
import type { DeviceTrace } from './device-trace.ts'

// Which patients and which of their fields a device held at its last contact.

/** A patient of whom something was on the device. */
export type Held = {
  readonly patientId: Id
  /** Records by module. */
  readonly records: Partial<Record<ModuleName, number>>
  /** Somebody opened one of them on the device. */
  readonly wasOpened: boolean
  /** Of none of them the device's user had the right any more at the last contact: they were to have left before. */
  readonly hadLeft: boolean
  /** How many of the records lay in the emergency set, sealed apart. */
  readonly inEmergencySet: number
}

export type Holdings = {
  readonly patients: readonly Held[]
  /** The fields that could be seen, by module and class of what they tell. */
  readonly fields: readonly {
    readonly module: ModuleName
    readonly phi: PhiClass
    readonly names: readonly string[]
  }[]
}

type Asked = { readonly trace: DeviceTrace; readonly subject: Subject; readonly lastContact: string }

const BATCH = 500

/**
 * From what was ever sent to the device. What changed its place since the last contact is judged by where it lies now; what
 * cannot be told counts as held.
 */
export async function holdingsOf(read: Pick<Reader, 'documents'>, asked: Asked): Promise<Holdings> {
  const patients = new Map<Id, Gathered>()
  const seen = new Map<ModuleName, Set<string>>()
  const { trace, subject, lastContact } = asked
  for await (const stored of documentsOf(read, trace.held)) gather(asked, stored, patients, seen)
  const within = { ...asked, subject: ownSitesSubject(subject, lastContact) }
  for await (const stored of documentsOf(read, trace.emergency.held)) {
    const one = gather(within, stored, patients, seen)
    // It lies there until the device says that it is gone, whatever the grants say by now.
    if (one !== null) Object.assign(one, { hadLeft: false, inEmergencySet: one.inEmergencySet + 1 })
  }
  return {
    patients: [...patients].map(([patientId, one]) => ({ patientId, ...one })),
    fields: fieldsOf(seen),
  }
}

type Gathered = {
  readonly records: Partial<Record<ModuleName, number>>
  wasOpened: boolean
  hadLeft: boolean
  inEmergencySet: number
}

async function* documentsOf(
  read: Pick<Reader, 'documents'>,
  held: DeviceTrace['held'],
): AsyncGenerator<StoredDocument> {
  for (const [collection, ids] of held) {
    const all = [...ids]
    for (let start = 0; start < all.length; start += BATCH)
      yield* await read.documents(collection, all.slice(start, start + BATCH))
  }
}

function gather(
  { trace, subject, lastContact }: Asked,
  stored: StoredDocument,
  patients: Map<Id, Gathered>,
  seen: Map<ModuleName, Set<string>>,
): Gathered | null {
  const { id, collection, scopes, body } = stored
  const module = moduleOfKind(collection, body.doc.kind)
  const patientId = patientOf(stored)
  if (module === undefined || !isModuleName(module.name) || patientId === null) return null
  const permission = permissionFor(subject, module, scopes, lastContact)
  const one = patients.get(patientId) ?? { ...nothing, records: {} }
  patients.set(patientId, one)
  one.records[module.name] = (one.records[module.name] ?? 0) + 1
  one.wasOpened ||= trace.opened.has(id)
  one.hadLeft &&= !permission.visible
  const names = seen.get(module.name) ?? new Set()
  seen.set(module.name, names)
  for (const name of readable(module, permission)) names.add(name)
  return one
}

const nothing = { wasOpened: false, hadLeft: true, inEmergencySet: 0 }

/** Where nothing is visible any more, what the module has at most. */
function readable(module: AnyModule, permission: Permission): Iterable<string> {
  return permission.visible ? permission.read : Object.keys(module.fields)
}

function fieldsOf(seen: ReadonlyMap<ModuleName, ReadonlySet<string>>): Holdings['fields'] {
  return [...seen].flatMap(([name, fields]) => {
    const module: AnyModule = modules[name]
    const byClass = Map.groupBy(fields, (field) => module.fields[field]?.phi ?? 'none')
    return [...byClass]
      .filter(([phi]) => phi !== 'none')
      .map(([phi, own]) => ({
        module: name,
        phi,
        names: own.map((field) => module.fields[field]?.label ?? field),
      }))
  })
}
