import { firstValueFrom, filter } from 'rxjs'
import { AppError, blankOf, idAt, newId } from '#app/kernel/index.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import type { DataOfModule, ModuleName, ViewOfModule } from '#app/modules/index.ts'
import { modules } from '#app/modules/index.ts'
import type { Replica, SyncPhase } from '../contract.ts'
import type { Author } from '../database/local-edit.ts'
import { systemEnvironment } from '../environment.ts'
import type { Environment } from '../environment.ts'
import type { Identity } from '../identity.ts'
import { openReplicaWith } from '../open-replica.ts'
import { openEncryptedStorage } from '../storage/index.ts'
import type { EncryptedStorage, StorageKeys } from '../storage/index.ts'
import { memoryDisk } from './memory-disk.ts'
import { nobodysSigner } from './nobodys-signer.ts'
import { ScriptedServer } from './scripted-server.ts'
import { storageKeys } from './storage-keys.ts'

const at = '2026-01-05T08:00:00.000Z'
const orgId = newId()
const siteId = newId()

/** A coordinator of one site: reads and writes patients and cases. */
export function coordinator(): Identity {
  const userId = newId()
  const grant = {
    id: newId(),
    userId,
    role: 'coordinator',
    scope: `site:${siteId}`,
    from: at,
    until: null,
  } as const
  return {
    deviceId: newId(),
    serverUrl: 'http://rounds.test',
    user: { id: userId, name: 'Carla Example', login: 'carla', grants: [grant] },
    organisation: { id: orgId, name: 'Synthetic Health', data: 'synthetic', zone: 'America/Chicago' },
  }
}

/** The same at another role's work. */
export function clinician(): Identity {
  const made = coordinator()
  const grants = made.user.grants.map((grant) => ({ ...grant, role: 'clinician' as const }))
  return { ...made, user: { ...made.user, name: 'Clara Example', login: 'clara', grants } }
}

/** A clinician who has a care team, and no site. */
export function clinicianOfTeam(teamId: Id): Identity {
  const made = clinician()
  const grants = made.user.grants.map((grant) => ({ ...grant, scope: `team:${teamId}` }))
  return { ...made, user: { ...made.user, name: 'Theo Example', login: 'theo', grants } }
}

/** One laptop: a disk that outlives the replica, and a server to speak to. */
export class Laptop {
  readonly identity: Identity
  readonly disk = memoryDisk()
  readonly server: ScriptedServer
  readonly collections: readonly CollectionName[]
  readonly replicaId: Id = newId()
  /** What the laptop's clock is off, in milliseconds. */
  clockOff = 0
  #keys: StorageKeys | undefined
  #open: Replica | undefined
  #enrolled = false

  constructor(
    collections: readonly CollectionName[] = ['patients', 'cases'],
    identity: Identity = coordinator(),
  ) {
    this.identity = identity
    this.collections = collections
    this.server = new ScriptedServer({ user: this.identity.user, organisation: this.identity.organisation })
  }

  /** What the pages on the disk are sealed with. */
  async keys(): Promise<StorageKeys> {
    return (this.#keys ??= await storageKeys())
  }

  async storage(): Promise<EncryptedStorage> {
    const { replicaId, disk } = this
    return openEncryptedStorage({ pageStore: disk.open(), replicaId, keys: await this.keys() })
  }

  async open(environment: Partial<Environment> = {}): Promise<Replica> {
    const replica = await this.openUnread(environment)
    await allRead(replica)
    return replica
  }

  /** As the client does: what the first screen does not show is still being read. */
  async openUnread(environment: Partial<Environment> = {}): Promise<Replica> {
    const storage = await this.storage()
    const session = {
      ...this.server.session,
      token: 't'.repeat(43),
      refreshToken: 'r'.repeat(43),
      issuedAt: at,
      expiresAt: '2030-01-01T00:00:00.000Z',
      recoveryKeys: null,
      copy: 'current' as const,
      serverPins: [],
      leaseUntil: '2030-01-01T00:00:00.000Z',
    }
    const replica = await openReplicaWith({
      replicaId: this.replicaId,
      storage,
      signer: nobodysSigner,
      collections: this.collections,
      retryTime: 20,
      environment: this.#environment(environment),
      whose: async () => {
        if (!this.server.online) throw new AppError('network.unreachable')
        return { identity: this.identity, session }
      },
      ...(this.#enrolled ? {} : { enrolled: { identity: this.identity, session } }),
    })
    this.#enrolled = true
    this.#open = replica
    return replica
  }

  async close(): Promise<void> {
    await this.#open?.lock()
    this.#open = undefined
  }

  #environment(environment: Partial<Environment>): Environment {
    const clock = { now: () => Date.now() + this.clockOff }
    return {
      ...systemEnvironment,
      fetch: this.server.fetch,
      clock,
      newId: () => idAt(clock.now(), crypto.getRandomValues(new Uint8Array(16))),
      // Back-off is cut short, the watchdog is not: tests wait for states, not for time.
      wait: (milliseconds, signal) =>
        systemEnvironment.wait(milliseconds > 30_000 ? milliseconds : Math.min(milliseconds, 25), signal),
      ...environment,
    }
  }
}

/** Resolves when everything on the disk is read. */
export async function allRead(replica: Replica): Promise<void> {
  await firstValueFrom(replica.loading$.pipe(filter((loading) => loading === null)))
}

export function reached(replica: Replica, phase: SyncPhase): Promise<unknown> {
  return firstValueFrom(replica.status$.pipe(filter((status) => status.phase === phase)))
}

/** Resolves with the first state of a record that fits. */
export function seen<Name extends ModuleName>(
  replica: Replica,
  name: Name,
  id: Id,
  fits: (view: ViewOfModule<Name> | null) => boolean,
): Promise<ViewOfModule<Name> | null> {
  return firstValueFrom(replica.watch(name, id).pipe(filter(fits)))
}

export function aCase(subject: string, more: Partial<DataOfModule<'cases'>> = {}): DataOfModule<'cases'> {
  return { ...blankOf(modules.cases), subject, category: 'other', siteId, ...more } as DataOfModule<'cases'>
}

export function aPatient(
  family: string,
  more: Partial<DataOfModule<'patients'>> = {},
): DataOfModule<'patients'> {
  const name = {
    key: newId(),
    use: 'official',
    family,
    given: ['Test'],
    prefix: [],
    suffix: [],
    representation: 'A',
  }
  return {
    ...blankOf(modules.patients),
    names: [name],
    siteIds: [siteId],
    ...more,
  } as DataOfModule<'patients'>
}

/** A coordinator at work, for what is written without a replica. */
export function anAuthor(): Author {
  const { user, organisation, deviceId } = coordinator()
  return {
    subject: { id: user.id, orgId: organisation.id, grants: user.grants },
    deviceId,
    clock: systemEnvironment.clock,
    newId,
  }
}
