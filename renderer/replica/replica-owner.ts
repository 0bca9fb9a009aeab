import { AppError, codeOf } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { Session } from '#app/protocol/index.ts'
import type { Author } from './database/local-edit.ts'
import type { Environment } from './environment.ts'
import type { Identity, Settings } from './identity.ts'
import type { Healing } from './integrity/healing.ts'
import type { Lineage } from './integrity/lineage.ts'
import type { ReplicaKeys } from './keys/index.ts'
import { insistOnLease, leaseOf } from './lease/lease.ts'
import { notice } from './lease/noticed.ts'
import { RecoveryOffers } from './recovery-offer.ts'
import { introductionOf } from './session/introduction.ts'
import type { OwnIntroduction } from './session/introduction.ts'
import { SessionKeeper } from './session/session.ts'
import type { TrafficMeter } from './session/traffic.ts'
import type { Signer } from './session/signer.ts'
import { createTransport } from './session/transport.ts'

/** Whose a replica is, with the session by which the server said it. */
export type Owned = { readonly identity: Identity; readonly session: Session }

type OwnerParts = {
  readonly replicaId: Id
  readonly settings: Settings
  readonly environment: Environment
  readonly healing: Healing
  readonly meter: TrafficMeter
  readonly lineage: Lineage
  readonly signer: Signer
  readonly keys: ReplicaKeys | undefined
  readonly enrolled: Owned | undefined
  readonly session: Session | undefined
  /** Asks the server whose it is, as the device that it knows. */
  readonly whose: (() => Promise<Owned>) | undefined
  /** Keeps the server's keys where the machine can; absent where there is no machine. */
  readonly pinServer: ((pins: readonly string[]) => Promise<unknown>) | undefined
}

type Owner = {
  readonly identity: () => Identity
  readonly author: () => Author
  readonly session: SessionKeeper
  readonly offers: RecoveryOffers
  readonly introduction: OwnIntroduction
}

/**
 * Whose replica this is: known without a server, and as new as the last session. Throws `replica.damaged` where the
 * storage does not say it and the server can't be asked, and what asking for a lease throws where the copy's own has ended.
 */
export async function ownerOf(parts: OwnerParts): Promise<Owner> {
  const { settings, environment, healing, lineage, meter, enrolled, keys, signer } = parts
  // A session that was opened before this copy was says nothing of it: only its lease counts.
  const { identity: first, session: given } = await firstOwner(parts)
  let identity = first
  const { deviceId, serverUrl } = identity
  const offers = new RecoveryOffers({
    keys,
    deviceId: () => deviceId,
    escrow: (request) => session.call('escrow', request),
  })
  const session: SessionKeeper = new SessionKeeper({
    transport: createTransport(serverUrl, environment, meter),
    deviceId,
    signer,
    first: enrolled?.session,
    head: () => lineage.head(),
    async onSession(opened) {
      await onSession(opened)
      if (opened.copy === 'older') await healing.olderCopy()
      lineage.met()
    },
  })
  if (given !== undefined) await onSession(given)
  else if (keys !== undefined) {
    await insistOnLease(settings.lease(), environment.clock.now(), {
      contact: () => session.renew(),
      notice: (did) => notice(keys, environment.clock, did),
    })
  }

  async function onSession(opened: Session): Promise<void> {
    offers.heard(opened)
    // A machine that can keep none goes on without.
    if (opened.serverPins.length > 0) await parts.pinServer?.(opened.serverPins).catch(() => undefined)
    identity = { ...identity, user: opened.user, organisation: opened.organisation }
    await settings.keepIdentity(identity)
    if (keys === undefined) return
    const lease = leaseOf(opened, deviceId, environment.clock.now())
    await settings.keepLease(lease)
    await keys.keepLease(lease)
  }
  return {
    session,
    offers,
    introduction: introductionOf(parts.replicaId, session, () => identity),
    identity: () => identity,
    author: () => ({
      subject: { id: identity.user.id, orgId: identity.organisation.id, grants: identity.user.grants },
      deviceId,
      clock: environment.clock,
      newId: environment.newId,
    }),
  }
}

async function firstOwner(parts: OwnerParts): Promise<Pick<Owned, 'identity'> & Partial<Owned>> {
  const { settings, enrolled, session } = parts
  const known = settings.identity()
  if (enrolled === undefined && known !== null) return { identity: known, ...(session && { session }) }
  const owned = enrolled ?? (await askedServer(parts))
  await settings.keepIdentity(owned.identity)
  return owned
}

async function askedServer({ whose }: OwnerParts): Promise<Owned> {
  try {
    if (whose !== undefined) return await whose()
  } catch (failure) {
    if (codeOf(failure) !== 'network.unreachable') throw failure
  }
  throw new AppError('replica.damaged', { what: 'it does not say whose it is' })
}
