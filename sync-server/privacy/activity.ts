import type { Deed } from '../console-api/protocol/privacy/report-calls.ts'
import type { AuditEntry } from '../store/contract.ts'

// What a reviewer of activity looks at (45 CFR 164.308(a)(1)(ii)(D)): how much each person and machine did, by kind, and what
// was refused. Pure.

export type Activity = {
  readonly actor: string
  readonly counts: Readonly<Record<Deed, number>>
  /** Different records that were looked at. */
  readonly records: number
  readonly addresses: readonly string[]
}

const byAction: Readonly<Record<string, Deed>> = {
  session: 'signedIn',
  enrol: 'signedIn',
  'sign-in': 'signedIn',
  unlock: 'signedIn',
  lock: 'signedIn',
  'unlock-refused': 'refused',
  'emergency-end': 'signedIn',
  pull: 'loaded',
  'emergency-set': 'loaded',
  view: 'looked',
  list: 'looked',
  fetch: 'looked',
  'read-file': 'looked',
  'read-audit': 'looked',
  'emergency-read': 'looked',
  'emergency-list': 'looked',
  'emergency-view': 'looked',
  search: 'searched',
  print: 'printed',
  export: 'printed',
  push: 'changed',
  client: 'changed',
  feed: 'changed',
  disclosure: 'disclosed',
  disclose: 'disclosed',
  'break-glass': 'emergencies',
  'reads-broken': 'alarms',
  'clock-set-back': 'alarms',
  'audit-compared': 'alarms',
}

/** The busiest first. */
export function summarised(entries: Iterable<AuditEntry>): readonly Activity[] {
  return [...Map.groupBy(entries, ({ actor }) => actor)]
    .map(([actor, own]) => activityOf(actor, own))
    .toSorted((a, b) => b.records - a.records || (a.actor < b.actor ? -1 : 1))
}

function activityOf(actor: string, entries: readonly AuditEntry[]): Activity {
  const counts: Record<Deed, number> = { ...nothing }
  const records = new Set<string>()
  const addresses = new Set<string>()
  for (const entry of entries) {
    const deeds = deedsOf(entry)
    for (const deed of deeds) counts[deed] += 1
    if (deeds.some((deed) => deed === 'looked' || deed === 'printed'))
      for (const id of entry.ids ?? []) records.add(id)
    if (entry.address !== undefined) addresses.add(entry.address)
  }
  return { actor, counts, records: records.size, addresses: [...addresses].toSorted() }
}

/** What ended in a code of the catalogue was refused. Of a batch of edits some may have been taken, and others refused. */
function deedsOf({ action, outcome, facts = {} }: AuditEntry): readonly Deed[] {
  if (outcome === 'refused' || outcome?.includes('.') === true) return ['refused']
  const deed = byAction[action] ?? 'administered'
  if (!('refused' in facts)) return [deed]
  return Object.keys(facts).length === 1 ? ['refused'] : [deed, 'refused']
}

const nothing: Readonly<Record<Deed, number>> = {
  signedIn: 0,
  refused: 0,
  loaded: 0,
  looked: 0,
  searched: 0,
  printed: 0,
  changed: 0,
  disclosed: 0,
  emergencies: 0,
  alarms: 0,
  administered: 0,
}
