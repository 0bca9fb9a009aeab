import type { CollectionName, Id } from '#app/kernel/index.ts'
import { AppError, collections, instant } from '#app/kernel/index.ts'
import { allModules } from '#app/modules/index.ts'
import type { DeviceSignIns } from '../access/signing-in/device-sign-ins.ts'
import type { Passkeys } from '../access/signing-in/passkeys.ts'
import type { Recovery } from '../access/devices/recovery.ts'
import type { SingleSignOn } from '../access/signing-in/single-sign-on.ts'
import type { Visitor } from '../access/signing-in/visitor.ts'
import type { Throttle } from '../access/signing-in/throttle.ts'
import { verifyAudit } from '../audit/index.ts'
import type { ErasureLedger } from '../privacy/erasure/ledger.ts'
import type { WriteDoor } from '../replication/write-door.ts'
import type { MessageState, Reader } from '../store/contract.ts'
import type { ConsoleAnswer, ConsoleCall, consoleCalls, ConsoleRequest } from './protocol/console.ts'
import { describeUser } from './people/describe-user.ts'
import { invitationHandlers } from './people/invitation-handlers.ts'
import { hl7Handlers } from './hl7/hl7-handlers.ts'
import type { Hl7Parts } from './hl7/hl7-parts.ts'
import { alertHandlers } from './watch/alert-handlers.ts'
import { auditHandlers } from './watch/audit-handlers.ts'
import { deviceHandlers } from './people/device-handlers.ts'
import { grantHandlers } from './people/grant-handlers.ts'
import { integrationHandlers } from './people/integration-handlers.ts'
import { dossierHandlers } from './privacy/dossier-handlers.ts'
import { erasureHandlers } from './privacy/erasure-handlers.ts'
import { emergencyHandlers } from './privacy/emergency-handlers.ts'
import { markHandlers } from './privacy/mark-handlers.ts'
import { regionHandlers } from './privacy/region-handlers.ts'
import { reportHandlers } from './privacy/report-handlers.ts'
import { rightsHandlers } from './privacy/rights-handlers.ts'
import { accountHandlers } from './signing-in/account-handlers.ts'
import { deviceSignInHandlers } from './signing-in/device-sign-in-handlers.ts'
import { passkeyHandlers } from './signing-in/passkey-handlers.ts'
import { passwordHandlers } from './signing-in/password-handlers.ts'
import { signOnHandlers } from './signing-in/sign-on-handlers.ts'
import { recoveryHandlers } from './people/recovery-handlers.ts'
import type { ConsoleCaller, ConsoleSessions } from './signing-in/console-sessions.ts'
import { writeDown } from './write-down.ts'

type OpenCall = {
  [Call in ConsoleCall]: (typeof consoleCalls)[Call]['for'] extends 'open' ? Call : never
}[ConsoleCall]

/** One handler for each call: an open one is told where from, the others who calls. */
export type ConsoleHandlers = {
  readonly [Call in ConsoleCall]: (
    request: ConsoleRequest<Call>,
    caller: Call extends OpenCall ? Visitor : ConsoleCaller,
  ) => Promise<ConsoleAnswer<Call>>
}

export type ConsoleApi = { readonly sessions: ConsoleSessions; readonly handlers: ConsoleHandlers }

export type ConsoleParts = Hl7Parts & {
  readonly sessions: ConsoleSessions
  readonly recovery: Recovery
  readonly throttle: Throttle
  readonly passkeys: Passkeys
  readonly signOn: SingleSignOn
  readonly signIns: DeviceSignIns
  readonly onFault: (fault: unknown) => void
  readonly door: WriteDoor
  readonly erasureLedger: ErasureLedger
  readonly regions: readonly string[] | null
  /** How many clients hold a live stream to this process. */
  streaming(): number
}

export function createConsoleApi(parts: ConsoleParts): ConsoleApi {
  const { store, clock, sessions } = parts
  const startedAt = instant(clock)

  async function setDisabled(
    caller: ConsoleCaller,
    id: Id,
    disabledAt: string | null,
  ): Promise<ConsoleAnswer<'disable-user'>> {
    // An admin who locks themselves out leaves the server to nobody.
    if (id === caller.user) throw new AppError('access.forbidden')
    const { result: changed } = await store.transaction(async ({ access }) => {
      // Refused while they are disabled, as their devices are told; who comes back begins anew.
      if (disabledAt === null) await access.endSessions({ userId: id })
      return access.changeUser(id, (user) => ({
        ...user,
        disabledAt,
        enabledAt: disabledAt === null && user.disabledAt !== null ? instant(clock) : user.enabledAt,
      }))
    })
    if (changed === null) throw new AppError('request.invalid', { place: 'id' })
    sessions.endAllOf(id)
    const action = disabledAt === null ? 'enable-user' : 'disable-user'
    await writeDown(parts, caller, { action, ids: [id] })
    return describeUser(store, changed)
  }

  const handlers: ConsoleHandlers = {
    'sign-in': (credentials, visitor) => sessions.signIn(credentials, visitor),
    'sign-out': async (_, { token }) => {
      sessions.signOut(token)
      return {}
    },
    'state-purpose': async ({ purpose, reference }, { by, token }) => {
      const stated = [purpose, reference].filter(Boolean).join(' ')
      sessions.statePurpose(token, stated)
      await writeDown(parts, { by: { ...by, purpose: stated } }, { action: 'state-purpose' })
      return {}
    },
    overview: () => overview(parts, startedAt),
    'verify-audit': async () => {
      const found = await verifyAudit(store)
      if (found.whole) return { entries: found.entries, brokenAt: null }
      return { entries: (await store.audit.head()).seq, brokenAt: found.brokenAt }
    },
    ...deviceHandlers(parts),
    ...recoveryHandlers(parts),
    ...invitationHandlers(parts),
    ...passwordHandlers(parts),
    ...alertHandlers(parts),
    ...passkeyHandlers(parts),
    ...accountHandlers(parts),
    ...signOnHandlers(parts),
    ...deviceSignInHandlers(parts),
    ...grantHandlers(parts),
    ...auditHandlers(parts),
    ...integrationHandlers(parts),
    ...emergencyHandlers(parts),
    ...reportHandlers(parts),
    ...dossierHandlers(parts),
    ...rightsHandlers(parts),
    ...erasureHandlers(parts),
    ...regionHandlers(parts),
    ...markHandlers(parts),
    users: async () => {
      const users = await store.access.users()
      return { users: await Promise.all(users.map((user) => describeUser(store, user))) }
    },
    'disable-user': ({ id }, caller) => setDisabled(caller, id, instant(clock)),
    'enable-user': ({ id }, caller) => setDisabled(caller, id, null),
    ...hl7Handlers(parts),
  }
  return { sessions, handlers }
}

async function overview(
  { store, streaming }: ConsoleParts,
  startedAt: string,
): Promise<ConsoleAnswer<'overview'>> {
  const identity = await store.identity()
  if (identity === null) throw new Error('an overview without an organisation')
  const devices = await store.access.devices()
  const users = await store.access.users()
  const inbox: Partial<Record<MessageState, number>> = {}
  for (const { state, count } of await store.inbox.counts()) inbox[state] = (inbox[state] ?? 0) + count
  const { seq, authentic } = await store.audit.head()
  const revoked = devices.filter(({ revokedAt }) => revokedAt !== null).length
  const disabled = users.filter(({ disabledAt }) => disabledAt !== null).length
  const { name, data } = identity.organisation
  return {
    organisation: { name, data },
    store: store.dialect,
    startedAt,
    documents: await store.snapshot(countDocuments),
    devices: { active: devices.length - revoked, revoked, streaming: streaming() },
    users: { active: users.length - disabled, disabled },
    inbox,
    audit: { seq, authentic },
  }
}

async function countDocuments(read: Reader): Promise<Partial<Record<CollectionName, number>>> {
  const counts: Partial<Record<CollectionName, number>> = {}
  for (const collection of collections) {
    const kinds = allModules.filter((module) => module.collection === collection).map(({ kind }) => kind)
    if (kinds.length > 0) {
      counts[collection] = await read.countAfterId(
        collection,
        [{ kinds, scopes: 'all', sensitive: true }],
        '',
      )
    }
  }
  return counts
}
