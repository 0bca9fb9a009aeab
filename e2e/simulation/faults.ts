/** What befalls the devices, the lines, the servers and the people of a simulation. Each is counted as it is injected. */
export const faultKinds = [
  'request dropped',
  'request repeated',
  'request repeated late',
  'request overtaken',
  'answer dropped',
  'answer cut',
  'stream cut',
  'network away',
  'failover',
  'server killed',
  'client killed',
  'disk full',
  'server disk full',
  'backup put back',
  'clock hours off',
  'clock jumped',
  'grants changed',
  'user switched',
  'user disabled',
  'device revoked',
  'device forgotten',
  'history pruned',
  'feed message',
  'feed message repeated',
] as const
export type FaultKind = (typeof faultKinds)[number]

export type FaultCounts = Readonly<Partial<Record<FaultKind, number>>>

/** Counts what was injected. */
export class Faults {
  readonly #counts = new Map<FaultKind, number>()

  note(kind: FaultKind): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1)
  }

  counts(): FaultCounts {
    return Object.fromEntries(faultKinds.flatMap((kind) => entryOf(kind, this.#counts.get(kind))))
  }
}

function entryOf(kind: FaultKind, count: number | undefined): [FaultKind, number][] {
  return count === undefined ? [] : [[kind, count]]
}
