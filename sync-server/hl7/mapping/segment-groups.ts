import type { Message, Segment } from '../parse/message.ts'

// The order of segments says what belongs together: patients, their orders, the findings of each.

/** An OBX with its notes. */
export type Finding = { readonly obx: Segment; readonly notes: readonly Segment[] }

export type Order = {
  /** Null for findings that come without an order, as vital signs in ADT do. */
  readonly obr: Segment | null
  readonly orc: Segment | null
  readonly specimen: Segment | null
  readonly timing: Segment | null
  readonly diagnoses: readonly Segment[]
  /** Notes on the order as a whole. */
  readonly notes: readonly Segment[]
  readonly findings: readonly Finding[]
}

export type PatientGroup = {
  readonly pid: Segment
  readonly pd1: Segment | null
  readonly pv1: Segment | null
  readonly pv2: Segment | null
  /** What stands before the first order: PID and what goes with it. */
  readonly head: readonly Segment[]
  readonly orders: readonly Order[]
}

/** What comes before the first PID belongs to nobody and is left out. */
export function patientGroups(message: Message): PatientGroup[] {
  return runs(message.segments, 'PID').map((segments) => {
    const [head = [], ...orders] = beforeEach(segments, 'OBR')
    const [pid] = head
    if (pid === undefined) throw new Error('a run begins with its segment')
    // An ORC stands before its OBR, so it is the last segment of what came before.
    const orcs = [head, ...orders].map((part) => part.findLast(({ name }) => name === 'ORC') ?? null)
    return {
      pid,
      pd1: named(head, 'PD1'),
      pv1: named(head, 'PV1'),
      pv2: named(head, 'PV2'),
      head,
      orders: orders.map((part, index) => orderOf(part, orcs[index] ?? null)),
    }
  })
}

export type OrderGroup = Omit<PatientGroup, 'pid'> & { readonly pid: Segment | null }

/**
 * The orders of an ORM or OML, each of which begins with ORC or with an OBR that has none; then the earlier results that come
 * with them: a PV1 or PID behind an order begins those of another visit, or of the same person under another record.
 */
export function orderGroups({ segments }: Message): OrderGroup[] {
  const groups: Segment[][] = [[]]
  let hasOrder = false
  for (const segment of segments) {
    if (hasOrder && (segment.name === 'PID' || segment.name === 'PV1')) {
      groups.push([])
      hasOrder = false
    }
    hasOrder ||= isOrder(segment)
    groups.at(-1)?.push(segment)
  }
  const read = groups.map(orderGroup)
  return read.map((group, index) => ({
    ...group,
    pid: read.slice(0, index + 1).findLast(({ pid }) => pid !== null)?.pid ?? null,
  }))
}

function isOrder({ name }: Segment): boolean {
  return name === 'ORC' || name === 'OBR'
}

function orderGroup(segments: readonly Segment[]): OrderGroup {
  const first = segments.findIndex(isOrder)
  const head = first < 0 ? segments : segments.slice(0, first)
  const parts: Segment[][] = []
  for (const segment of first < 0 ? [] : segments.slice(first)) {
    const last = parts.at(-1)
    const begins =
      segment.name === 'ORC' || (segment.name === 'OBR' && (last?.some(({ name }) => name === 'OBR') ?? true))
    if (begins || last === undefined) parts.push([segment])
    else last.push(segment)
  }
  return {
    pid: named(head, 'PID'),
    pd1: named(head, 'PD1'),
    pv1: named(head, 'PV1'),
    pv2: named(head, 'PV2'),
    head,
    orders: parts.map((part) => ({ ...orderOf(part, named(part, 'ORC')), obr: named(part, 'OBR') })),
  }
}

export type Vaccination = {
  readonly rxa: Segment
  readonly rxr: Segment | null
  readonly orc: Segment | null
  readonly notes: readonly Segment[]
}

/** Each RXA of a VXU with the ORC before it and what follows it. */
export function vaccinationGroups({ segments }: Message): Vaccination[] {
  return beforeEach(segments, 'ORC').flatMap((part) =>
    runs(part, 'RXA').flatMap((run): Vaccination[] => {
      const [rxa] = run
      const notes = run.filter(({ name }) => name === 'NTE')
      return rxa === undefined ? [] : [{ rxa, rxr: named(run, 'RXR'), orc: named(part, 'ORC'), notes }]
    }),
  )
}

/** The findings that stand in segments without an OBR before them. */
export function looseFindings(segments: readonly Segment[]): Order {
  return { ...orderOf(segments, null), obr: null }
}

function orderOf(segments: readonly Segment[], orc: Segment | null): Order {
  const [obr = null] = segments
  const [head = [], ...findings] = beforeEach(segments, 'OBX')
  const notes = (part: readonly Segment[]): Segment[] => part.filter(({ name }) => name === 'NTE')
  return {
    obr,
    orc,
    specimen: named(segments, 'SPM'),
    timing: named(segments, 'TQ1'),
    diagnoses: segments.filter(({ name }) => name === 'DG1'),
    notes: notes(head),
    findings: findings.flatMap((part) =>
      part[0] === undefined ? [] : [{ obx: part[0], notes: notes(part) }],
    ),
  }
}

/** Parts a list before each segment of a name; the first part is what stands before the first of them. */
function beforeEach(segments: readonly Segment[], name: string): Segment[][] {
  const parts: Segment[][] = [[]]
  for (const segment of segments) {
    if (segment.name === name) parts.push([])
    parts.at(-1)?.push(segment)
  }
  return parts
}

/** What follows each segment of a name, with it, up to the next one. */
export function runs(segments: readonly Segment[], name: string): Segment[][] {
  return beforeEach(segments, name).slice(1)
}

/** The first segment of a name. */
export function named(segments: readonly Segment[], name: string): Segment | null {
  return segments.find((segment) => segment.name === name) ?? null
}
