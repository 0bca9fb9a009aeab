import type { FastifyInstance } from 'fastify'
import type { Clock } from '#app/kernel/index.ts'
import { AppError, instant } from '#app/kernel/index.ts'
import { createAlarm } from './access/signing-in/alarm.ts'
import { beginSignIn, enrol } from './access/devices/enrol.ts'
import { isInvitedOnly } from './access/devices/invited-only.ts'
import { erasureLedger } from './privacy/erasure/ledger.ts'
import { createBreakGlass } from './privacy/break-glass.ts'
import { emergencySet } from './privacy/emergency-set/emergency-set.ts'
import { takeEmergencies } from './privacy/told-emergencies.ts'
import { giveSecondFactor } from './access/signing-in/first-factor.ts'
import { createDeviceSignIns } from './access/signing-in/device-sign-ins.ts'
import { createPasskeys } from './access/signing-in/passkeys.ts'
import { createProofs } from './access/sessions/proofs.ts'
import { createRecovery } from './access/devices/recovery.ts'
import { copyHealed } from './access/devices/replica-head.ts'
import { createSessions } from './access/sessions/sessions.ts'
import { createSingleSignOn } from './access/signing-in/single-sign-on.ts'
import { createThrottle } from './access/signing-in/throttle.ts'
import { confirmWipe } from './access/devices/wipe.ts'
import { createBlobService } from './blobs/blob-service.ts'
import { createRefusals, receiveReads } from './audit/index.ts'
import type { ServerConfig } from './config.ts'
import { createConsoleApi } from './console-api/console-api.ts'
import type { ConsoleParts } from './console-api/console-api.ts'
import { createConsoleSessions } from './console-api/signing-in/console-sessions.ts'
import { openFhir } from './fhir/index.ts'
import { createHttpApp } from './http/app.ts'
import { faultOf } from './http/errors.ts'
import { isBuilt, signInPageIn } from './http/pages.ts'
import { createRequestRates } from './http/request-rates.ts'
import type { Logger } from './log.ts'
import { StreamHub } from './replication/live/stream.ts'
import { createSyncService } from './replication/sync-service.ts'
import type { WriteDoor } from './replication/write-door.ts'
import type { Store } from './store/index.ts'
import { httpsMaterial, pinOf, promisedPins } from './tls/index.ts'
import type { HttpsMaterial } from './tls/index.ts'

export type ServeParts = {
  readonly config: Pick<
    ServerConfig,
    'http' | 'fhir' | 'oidc' | 'filesQuota' | 'clientFolder' | 'consoleFolder' | 'erasureLedger' | 'regions'
  >
  readonly store: Store
  readonly door: WriteDoor
  readonly clock: Clock
  readonly log: Logger
  /** What the console asks of the feeds; they are taken in once it listens. */
  readonly hl7: ConsoleParts['hl7']
}

export type Serving = {
  readonly url: string
  /** What clients pin of the server's key; null: it speaks plain HTTP. */
  readonly pin: string | null
  close(): Promise<void>
}

/** Serves an open store over HTTP. Throws `server.port-taken`. */
export async function serve(parts: ServeParts): Promise<Serving> {
  const https = await httpsMaterial(parts.config.http, parts.clock)
  const { app, hub } = await compose(parts, https)
  const tidying = setInterval(() => void tidy(parts), tidyEvery).unref()
  const close = async () => {
    clearInterval(tidying)
    hub.close()
    await app.close()
  }
  try {
    const { host, port } = parts.config.http
    const address = new URL(await app.listen({ host, port }))
    return https === null
      ? { url: address.origin, pin: null, close }
      : { url: `https://${address.host}`, pin: pinOf(https), close }
  } catch (cause) {
    await close()
    throw portTaken(cause, { ...parts.config.http, setting: 'ROUNDS_PORT' })
  }
}

const tidyEvery = 3_600_000
/** An edit that names a file may be made on a laptop that is away for weeks. */
const looseFilesLast = 60 * 24 * 3_600_000
/** For how long an address counts as one that a user came from. */
const addressesLast = 30 * 24 * 3_600_000
/** For how long the console draws a feed's traffic. */
const trafficLasts = 14 * 24 * 3_600_000
/** For how long the console counts what devices have confirmed to be gone. */
const evictionsLast = 180 * 24 * 3_600_000

/** What has expired opens nothing; it is only taken away. */
async function tidy({ store, clock, log }: ServeParts): Promise<void> {
  const ago = (milliseconds: number) => new Date(clock.now() - milliseconds).toISOString()
  const warn = (words: string) => (fault: unknown) => log.warn({ fault: faultOf(fault) }, words)
  await store.access.forgetExpired(instant(clock)).catch(warn('expired sessions were not forgotten'))
  await store.access.forgetAddresses(ago(addressesLast)).catch(warn('old addresses were not forgotten'))
  await store.integrations
    .forgetExpired(instant(clock))
    .catch(warn('expired tokens of clients were not forgotten'))
  await store.desk.forgetTraffic(ago(trafficLasts)).catch(warn('old traffic of feeds was not forgotten'))
  await store.access
    .forgetEvictions(ago(evictionsLast))
    .catch(warn('old receipts of evictions were not forgotten'))
  await store.blobs
    .sweep(instant(clock), ago(looseFilesLast))
    .catch(warn('files that nobody needs were not removed'))
}

async function compose(
  parts: ServeParts,
  https: HttpsMaterial | null,
): Promise<{ app: FastifyInstance; hub: StreamHub }> {
  const { config, store, door, clock, log } = parts
  const alarm = createAlarm({ store, clock, log })
  const throttle = createThrottle(store.access, clock, alarm)
  const proofs = createProofs(clock)
  const sessions = createSessions({ store, clock, proofs, alarm, serverPins: promisedPins(https) })
  const recovery = createRecovery({ store, clock, throttle })
  const blobs = createBlobService({ store, clock, quota: config.filesQuota })
  const breakGlass = createBreakGlass({ store, clock })
  const hub = new StreamHub(store, clock)
  door.show(hub)
  const service = createSyncService(store, door, clock)
  const passkeys = createPasskeys({ store, clock })
  const signOn = createSingleSignOn(config.oidc, clock)
  const signIns = createDeviceSignIns(clock, alarm)
  const consoleSessions = createConsoleSessions({ store, clock, throttle, passkeys, signOn })
  const app = await createHttpApp({
    config,
    log,
    hub,
    https,
    sessions,
    proofNonce: () => proofs.nonce(),
    rates: createRequestRates(config.http.requestsPerSecond, alarm),
    refusals: createRefusals({ store, clock }),
    handlers: {
      admission: async () => ({
        invitedOnly: await isInvitedOnly(store),
        byBrowser: isBuilt(signInPageIn(config.consoleFolder)),
      }),
      secondFactor: (request, address) =>
        giveSecondFactor({ store, clock, throttle }, 'enrol', request, address),
      beginSignIn: (request, address) => beginSignIn({ store, signIns }, request, address),
      enrol: (request, address) => enrol({ store, clock, sessions, throttle, signIns }, request, address),
      challenge: async ({ deviceId }) => ({ challenge: await sessions.challenge(deviceId) }),
      session: (request, address) => sessions.byProof(request, address),
      wiped: async (request, address) => {
        await confirmWipe({ store, clock }, request, address)
        return {}
      },
      healed: async (_request, who) => {
        await copyHealed({ store, clock }, who)
        return {}
      },
      escrow: async (request, who) => {
        await recovery.escrow(who, request)
        return {}
      },
      askRecovery: async (request, address) => {
        await recovery.ask(request, address)
        return {}
      },
      pollRecovery: async ({ requestId }) => ({ box: await recovery.answer(requestId) }),
      pull: (request, who) => service.pull(who, request),
      push: (request, who) => service.push(who, request),
      fetch: (request, who) => service.fetch(who, request),
      breakGlass: (request, who) => breakGlass.open(who, request),
      emergencyRecords: ({ id }, who) => breakGlass.records(who, id),
      emergencySet: (request, who) => emergencySet({ store, clock }, who, request),
      evicted: (request, who) => service.evicted(who, request),
      estimate: (_request, who) => service.estimate(who),
      first: (_request, who) => service.first(who),
      offerBlob: (request, who) => blobs.offer(who, request),
      reads: (request, who) => receiveReads({ store, clock, onTaken: takeEmergencies }, who, request),
    },
    blobs,
    signOn,
    console: createConsoleApi({
      store,
      door,
      clock,
      hl7: parts.hl7,
      recovery,
      erasureLedger: erasureLedger(config.erasureLedger),
      regions: config.regions,
      throttle,
      passkeys,
      signOn,
      signIns,
      sessions: consoleSessions,
      onFault: (fault) => log.error({ fault: faultOf(fault) }, 'a replay was cut off'),
      streaming: () => hub.size,
    }),
    fhir: openFhir({ store, door, clock, throttle, config }),
    health: { store: async () => (await store.identity()) !== null, hl7: async () => parts.hl7.port > 0 },
  })
  return { app, hub }
}

/** A clear name for the commonest failure to start; anything else passes as it is. */
export function portTaken(
  cause: unknown,
  { host, port, setting }: { readonly host: string; readonly port: number; readonly setting: string },
): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  return code === 'EADDRINUSE' || code === 'EACCES'
    ? new AppError('server.port-taken', { host, port, setting }, { cause })
    : cause
}
