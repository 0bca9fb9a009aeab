import type { Id, Scope } from '#app/kernel/index.ts'
import type { Filed } from '../../privacy/drawer.ts'
import { isStale } from '../../privacy/marks/mark-desk.ts'
import type { Marking, Release } from '../../privacy/marks/mark-papers.ts'
import { describeRecord } from '../../privacy/marks/patient-marks.ts'
import type { MarkedRecord } from '../../privacy/marks/patient-marks.ts'
import type { Store, StoredDocument } from '../../store/contract.ts'
import { namesOf } from '../people/people.ts'
import { placesOf } from '../people/places.ts'
import type { ConsoleMarkedRecord, ConsoleMarking, ConsoleRelease } from '../protocol/privacy/mark-calls.ts'

/** People, devices, feeds and places by name. */
export type Known = {
  name(id: string): string
  readonly places: ReadonlyMap<Scope, string>
}

export async function whatIsKnown(store: Store): Promise<Known> {
  const places = await store.snapshot(placesOf)
  return {
    name: await namesOf(store),
    places: new Map(places.map(({ scope, name }) => [scope, name])),
  }
}

export function describeMarks(
  { collection, id, kind, at, scopes, marks, hangsOn, removed }: MarkedRecord,
  { name, places }: Known,
): ConsoleMarkedRecord {
  return {
    collection,
    id,
    kind,
    at,
    places: scopes.flatMap((scope) => places.get(scope) ?? []),
    marks: marks.map(({ sensitivity, said }) => {
      return { sensitivity, said: said && { at: said.at, origin: said.origin, by: name(said.by) } }
    }),
    hangsOn: [...hangsOn],
    removed,
  }
}

export function describeMarking({ id, content }: Filed<Marking>, { name }: Known): ConsoleMarking {
  const { sensitivity, records, signed } = content
  return { id, sensitivity, records: records.length, signed: { ...signed, by: name(signed.by) } }
}

/** `stored`: the records that it names, as they are now. */
export function describeRelease(
  { id, about, content }: Filed<Release>,
  stored: readonly StoredDocument[],
  { user, known }: { readonly user: Id; readonly known: Known },
): ConsoleRelease {
  const { sensitivity, proposed, decided } = content
  return {
    id,
    patientId: about,
    sensitivity,
    records: stored.map((one) => {
      const { marks: _, hangsOn: __, removed: ___, ...told } = describeMarks(describeRecord(one, none), known)
      return told
    }),
    proposed: { ...proposed, by: known.name(proposed.by) },
    decided: decided && { ...decided, by: known.name(decided.by) },
    isOwn: proposed.by === user,
    isStale: decided === null && isStale(content, stored),
  }
}

const none: ReadonlySet<Id> = new Set()
