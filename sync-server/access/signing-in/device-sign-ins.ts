import { timingSafeEqual } from 'node:crypto'
import type { Clock, Id } from '#app/kernel/index.ts'
import { AppError, instant, sameJson } from '#app/kernel/index.ts'
import type { BeginSignInAnswer, NewDevice } from '#app/protocol/index.ts'
import { newToken, tokenHash } from '../sessions/tokens.ts'
import { inGroups, newCode, normalCode } from '../typed-code.ts'
import type { Alarm } from './alarm.ts'
import type { ShownProof } from './first-factor.ts'
import { createTurns } from './turns.ts'

// A device is signed in by the browser: it begins a sign-in and keeps its secret, the flow; its person shows at a page of this
// server who they are, is told a code, and types it at the device. An address that somebody was talked into opening lets
// no device in: the code has to be carried to the one that began. They lie in the memory of this process.

/** Who has shown at the page who they are, and how. */
export type SignedAtPage = {
  readonly userId: Id
  /** Of the password they have: with another one the sign-in is over. */
  readonly passwordHash: string | null
  readonly proof: ShownProof
}

/** What the page tells of the device that asks, so that its person knows it again. */
export type AskingDevice = Pick<NewDevice, 'label' | 'host'> & { readonly beganAt: string }

export type SpentSignIn = SignedAtPage & {
  /** It has let its device in: a repeat, after an answer that was lost, lets in no other. */
  readonly isUsed: boolean
}

export type DeviceSignIns = {
  /** Throws `access.throttled` where too many are open. */
  begin(device: NewDevice, address: string): BeginSignInAnswer
  /** Throws `access.sign-in-over`. */
  asking(page: string): AskingDevice
  /** The code that its person types at the device: told once. Throws `access.sign-in-over`. */
  sign(page: string, by: SignedAtPage): { readonly code: string; readonly expiresAt: string }
  /** Who has signed a flow at its page; for the audit. */
  signer(flow: string): Id | null
  /**
   * Lets the device in that began the flow, by `run`, once. A wrong code counts, and so does whatever `run` refuses: after five
   * the flow is over. Throws `access.sign-in-code` (facts: left), `access.sign-in-over`, and what `run` throws.
   */
  spend<T>(shown: Shown, run: (by: SpentSignIn) => Promise<T>): Promise<T>
}

type Shown = {
  readonly flow: string
  /** As it was typed. */
  readonly code: string
  readonly device: NewDevice
  readonly address: string
}

type SignIn = {
  readonly page: string
  readonly device: NewDevice
  readonly address: string
  readonly beganAt: string
  readonly until: number
  /** With the hash of the code that was told. */
  readonly signed: (SignedAtPage & { readonly code: string }) | null
  readonly failures: number
  readonly isUsed: boolean
}

type Signed = SignIn & { readonly signed: NonNullable<SignIn['signed']> }

const PAGE_MINUTES = 10
const CODE_MINUTES = 5
/** Forty random bits, for five tries. */
const CODE_LENGTH = 8
const MOST_FAILURES = 5
const MOST_OPEN = 10_000
/** Generous: a clinic's desks share one address. */
const MOST_OF_AN_ADDRESS = 100

export function createDeviceSignIns(clock: Clock, alarm: Alarm): DeviceSignIns {
  const open = createOpenSignIns(clock)
  const inTurn = createTurns()
  const until = (minutes: number) => clock.now() + minutes * 60_000

  /** Throws unless device and code are those of the flow. */
  function insist(key: string, { device, code }: Shown): Signed {
    const found = open.byFlow(key)
    if (found === null) throw new AppError('access.sign-in-over')
    if (!sameJson(found.device, device)) {
      // The secret is in other hands than those that began.
      open.end(key)
      throw new AppError('access.sign-in-over')
    }
    const { signed, failures } = found
    if (signed !== null && sameText(signed.code, tokenHash(normalCode(code)))) return { ...found, signed }
    const left = MOST_FAILURES - failures - 1
    throw left > 0 ? new AppError('access.sign-in-code', { left }) : new AppError('access.sign-in-over')
  }

  /** The fifth ends it, and is told at the console. */
  async function failed(key: string, address: string): Promise<void> {
    const found = open.byFlow(key)
    if (found === null) return
    const failures = found.failures + 1
    open.put(key, { ...found, failures })
    if (failures < MOST_FAILURES) return
    open.end(key)
    const userId = found.signed?.userId
    if (userId !== undefined) await alarm({ kind: 'guessing-user', userId, deviceId: null, address })
  }

  return {
    begin(device, address) {
      open.makeRoom(address)
      const [flow, page] = [newToken(), newToken()]
      const began = { page: tokenHash(page), device, address, beganAt: instant(clock) }
      const ahead = { until: until(PAGE_MINUTES), signed: null, failures: 0, isUsed: false }
      open.put(tokenHash(flow), { ...began, ...ahead })
      return { flow, page, minutes: PAGE_MINUTES }
    },
    asking(page) {
      const [, { device, beganAt }] = open.unsigned(page)
      return { label: device.label, host: device.host, beganAt }
    },
    sign(page, by) {
      const [key, found] = open.unsigned(page)
      const code = newCode(CODE_LENGTH)
      const signed = { ...found, signed: { ...by, code: tokenHash(code) }, until: until(CODE_MINUTES) }
      open.put(key, signed)
      return { code: inGroups(code), expiresAt: new Date(signed.until).toISOString() }
    },
    signer: (flow) => open.byFlow(tokenHash(flow))?.signed?.userId ?? null,
    spend(shown, run) {
      const key = tokenHash(shown.flow)
      return inTurn(key, async () => {
        try {
          const found = insist(key, shown)
          const { code: _told, ...by } = found.signed
          const result = await run({ ...by, isUsed: found.isUsed })
          open.put(key, { ...found, isUsed: true })
          return result
        } catch (thrown) {
          if (thrown instanceof AppError) await failed(key, shown.address)
          throw thrown
        }
      })
    },
  }
}

/** By the hash of their flow, as long as they last. */
function createOpenSignIns(clock: Clock) {
  const open = new Map<string, SignIn>()

  function byFlow(key: string): SignIn | null {
    const found = open.get(key)
    return found !== undefined && found.until > clock.now() ? found : null
  }

  return {
    byFlow,
    put: (key: string, signIn: SignIn) => void open.set(key, signIn),
    end: (key: string) => void open.delete(key),
    /** Of a page at which nobody has signed in yet. Throws `access.sign-in-over`. */
    unsigned(page: string): readonly [key: string, SignIn] {
      const hash = tokenHash(page)
      for (const [key, signIn] of open)
        if (signIn.page === hash && signIn.signed === null && byFlow(key) !== null) return [key, signIn]
      throw new AppError('access.sign-in-over')
    },
    makeRoom(address: string): void {
      for (const [key] of open) if (byFlow(key) === null) open.delete(key)
      const own = [...open.values()].filter((signIn) => signIn.address === address)
      if (open.size >= MOST_OPEN || own.length >= MOST_OF_AN_ADDRESS)
        throw new AppError('access.throttled', { seconds: 60 })
    },
  }
}

function sameText(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
