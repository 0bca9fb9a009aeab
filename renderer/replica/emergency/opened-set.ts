import { mayBreakGlass, ownSitesSubject, permissionFor } from '#app/access/index.ts'
import type { Subject } from '#app/access/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule, Id } from '#app/kernel/index.ts'
import { isModuleName, moduleOfKind, modules } from '#app/modules/index.ts'
import type { EmergencyPatient, NotedRead, OpenedEmergencySet } from '../contract.ts'
import type { Environment } from '../environment.ts'
import type { ReadAudit } from '../reads/read-audit.ts'
import { normalised } from '../search/fold.ts'
import type { SetKey } from './kept-set.ts'
import type { SetIndex, SetRecords } from './sealed-set.ts'

type Parts = {
  readonly id: Id
  readonly until: string
  readonly key: SetKey
  readonly index: SetIndex
  readonly environment: Pick<Environment, 'clock' | 'wait'>
  readonly reads: Pick<ReadAudit, 'note' | 'noteFirst'>
  /** Whose grants count: as of now, each time. */
  readonly subject: () => Subject
  /** A patient's ordinary record, where there is one here. */
  readonly patientOf: (id: Id) => AnyDocument | null
}

type Named = EmergencyPatient & { readonly words: string }

/** What one search shows. */
const MOST_FOUND = 20
const patients: AnyModule = modules.patients

/** An emergency set while it is open. The key and the names are in it and nowhere else. */
export class OpenedSet implements OpenedEmergencySet {
  readonly id: Id
  readonly until: string
  readonly #parts: Omit<Parts, 'key' | 'index'>
  readonly #over = new AbortController()
  #key: SetKey | null
  #named: readonly Named[]
  #left: number

  constructor({ key, index, ...parts }: Parts) {
    this.#parts = parts
    this.id = parts.id
    this.until = parts.until
    this.#key = key
    this.#named = index.map((one) => this.#name(one))
    this.#left = this.#untilThen()
    // By a timer, too, which no clock that is turned back prolongs.
    void parts.environment.wait(this.#left, this.#over.signal).then(() => this.end())
  }

  get over(): AbortSignal {
    return this.#over.signal
  }

  left(): number {
    this.#left = this.#over.signal.aborted ? 0 : Math.min(this.#left, this.#untilThen())
    if (this.#left === 0) this.end()
    return this.#left
  }

  find(text: string): readonly EmergencyPatient[] {
    this.#openKey()
    const words = normalised(text)
      .split(' ')
      .filter((word) => word !== '')
    if (words.length === 0) return []
    const found = this.#named.filter((one) => words.every((word) => one.words.includes(word)))
    return this.#shown(found.slice(0, MOST_FOUND))
  }

  patient(patientId: Id): EmergencyPatient | null {
    this.#openKey()
    return this.#shown(this.#named.filter((one) => one.patientId === patientId))[0] ?? null
  }

  async records(patientId: Id): Promise<SetRecords> {
    const key = this.#openKey()
    const at = this.#named.findIndex((one) => one.patientId === patientId)
    if (at < 0) return []
    const { id: emergency, reads } = this.#parts
    await reads.noteFirst({ ...viewed, module: 'patients', records: [{ id: patientId }], emergency })
    const visible = (await key.records(at)).filter((one) => this.#isVisible(one))
    await reads.noteFirst(...notesOf(visible, emergency))
    // It may have ended meanwhile.
    this.#openKey()
    return visible
  }

  end(): void {
    if (this.#over.signal.aborted) return
    this.#key = null
    this.#named = []
    this.#parts.reads.note({ did: 'emergency-end', emergency: this.id })
    this.#over.abort()
  }

  #openKey(): SetKey {
    const { subject, environment } = this.#parts
    if (!mayBreakGlass(subject(), instant(environment.clock))) this.end()
    if (this.left() === 0 || this.#key === null) throw new AppError('access.emergency-over')
    return this.#key
  }

  #untilThen(): number {
    return Math.max(0, Date.parse(this.until) - this.#parts.environment.clock.now())
  }

  #name({ patientId, records, own }: SetIndex[number]): Named {
    const known = own ?? this.#parts.patientOf(patientId)
    const title = known === null ? patientId : patients.title(known)
    return { patientId, title, records, words: normalised(title) }
  }

  #shown(found: readonly Named[]): readonly EmergencyPatient[] {
    const records = found.map(({ patientId: id }) => ({ id }))
    if (records.length > 0)
      this.#parts.reads.note({ did: 'emergency-list', module: 'patients', records, emergency: this.id })
    return found.map(({ words: _words, ...patient }) => patient)
  }

  /** A grant of one of the sites may have ended since the set came. */
  #isVisible({ collection, document }: SetRecords[number]): boolean {
    const at = instant(this.#parts.environment.clock)
    const module = moduleOfKind(collection, document.kind)
    const subject = ownSitesSubject(this.#parts.subject(), at)
    return module !== undefined && permissionFor(subject, module, document.scopes, at).visible
  }
}

const viewed = { did: 'emergency-view' } as const

function notesOf(records: SetRecords, emergency: Id): readonly NotedRead[] {
  const byModule = Map.groupBy(
    records,
    ({ collection, document }) => moduleOfKind(collection, document.kind)?.name,
  )
  return [...byModule].flatMap(([module, own]) => {
    if (module === undefined || !isModuleName(module)) return []
    const shown = own.map(({ document: { id, rev } }) => ({ id, rev }))
    return [{ ...viewed, module, records: shown, emergency }]
  })
}
