import { sign } from 'node:crypto'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument, CollectionName, Id } from '#app/kernel/index.ts'
import {
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  REFRESH_PATH,
  routes,
  sessionProof,
  STREAM_PATH,
  streamEventSchema,
} from '#app/protocol/index.ts'
import type {
  EnrolAnswer,
  PullAnswer,
  PullRequest,
  PushItem,
  PushResult,
  ReplicaHead,
  RouteName,
  Session,
  StreamEvent,
  Tokens,
  ViewOrTombstone,
} from '#app/protocol/index.ts'
import { DEMO_PASSWORD } from '../seed/index.ts'
import { deviceProver, newDeviceKey } from './device-prover.ts'
import type { DeviceKey, DeviceProver } from './device-prover.ts'

export { newDeviceKey } from './device-prover.ts'
export type { DeviceKey } from './device-prover.ts'

export type Answered<T> = { readonly status: number; readonly body: T; readonly headers: Headers }
export type Refusal = { readonly error: { readonly code: string; readonly facts: Record<string, unknown> } }

/** One call of the protocol, as bare as it goes over the wire. */
export async function call<T>(
  url: string,
  route: RouteName,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered<T>> {
  const response = await fetch(`${url}${routes[route].path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [PROTOCOL_HEADER]: String(PROTOCOL_VERSION), ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as T, headers: response.headers }
}

export type EnrolOptions = {
  readonly password?: string
  readonly host?: 'electron' | 'browser'
  readonly key?: DeviceKey
  readonly invitation?: string
  readonly code?: string
}

export function enrolBody(
  login: string,
  { password = DEMO_PASSWORD, host = 'browser', key = newDeviceKey(), ...invited }: EnrolOptions,
) {
  const device = { replicaId: newId(), label: 'Test device', host, publicKey: key.publicKey }
  return { login, password, device, ...invited }
}

/** A device of a user: enrolled, with a replica that is only a map. */
export type TestDevice = {
  readonly deviceId: Id
  readonly userId: Id
  readonly session: Session
  readonly held: Map<string, AnyDocument>
  /** How it shows that a token is in its hands. */
  readonly prover: DeviceProver
  /** The next tokens for a refresh token. */
  refresh(refreshToken: string): Promise<Answered<Tokens & Refusal>>
  /** Opens a further session by the device's key. */
  signIn(head?: ReplicaHead): Promise<Answered<Session & Refusal>>
  /** Opens one, and calls with that from now on. */
  signInAgain(): Promise<void>
  /** With the session of the enrolment, unless it signed in again, or another. */
  call<T>(route: RouteName, body: unknown, token?: string): Promise<Answered<T>>
  pull(request: PullRequest): Promise<PullAnswer>
  /** Pulls a collection until nothing is left, as a replica does; answers what came. */
  follow(collection: CollectionName, limit?: number): Promise<ViewOrTombstone[]>
  push(...items: readonly PushItem[]): Promise<readonly PushResult[]>
  /** An edit of a held document, or of a new one, as the replica would push it. */
  edit(collection: CollectionName, document: AnyDocument, change: Readonly<Record<string, unknown>>): PushItem
  stream(): Promise<TestStream>
}

export type TestStream = {
  /** The next event that fits; fails after five seconds. */
  next(fits: (event: StreamEvent) => boolean): Promise<StreamEvent>
  ended(): Promise<void>
  close(): void
}

export async function enrolDevice(
  url: string,
  login: string,
  options: EnrolOptions = {},
): Promise<TestDevice> {
  const key = options.key ?? newDeviceKey()
  const prover = deviceProver(url, key)
  const enrolled = await call<EnrolAnswer>(url, 'enrol', enrolBody(login, { ...options, key }))
  prover.heard(enrolled)
  if (enrolled.status !== 200) throw new Error(`enrolment refused: ${JSON.stringify(enrolled.body)}`)
  const { deviceId, session } = enrolled.body
  const userId = session.user.id
  let inUse = session.token
  const held = new Map<string, AnyDocument>()
  const checkpoints = new Map<CollectionName, PullAnswer['checkpoint']>()

  async function ask<T>(route: RouteName, body: unknown, token = inUse): Promise<Answered<T>> {
    const response = await prover.fetch(routes[route].path, token, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as T, headers: response.headers }
  }

  async function insist<T>(route: RouteName, body: unknown): Promise<T> {
    const answered = await ask<T & Refusal>(route, body)
    if (answered.status !== 200) throw new Error(`${route}: ${answered.body.error.code}`)
    return answered.body
  }

  function keep(collection: CollectionName, documents: readonly ViewOrTombstone[]): void {
    for (const document of documents) {
      const key = `${collection}/${document.id}`
      if ('kind' in document) held.set(key, document)
      else held.delete(key)
    }
  }

  function heldOf(collection: CollectionName, after: string) {
    const documents = [...held]
      .filter(([key]) => key.startsWith(`${collection}/`))
      .map(([, { id, rev }]) => ({ id, rev }))
      .filter(({ id }) => id > after)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    return { through: null, documents }
  }

  async function signIn(head?: ReplicaHead): Promise<Answered<Session & Refusal>> {
    const { body } = await call<{ challenge: string }>(url, 'challenge', { deviceId })
    const proof = Buffer.from(sessionProof(deviceId, body.challenge))
    const signature = sign(null, proof, key.privateKey).toString('base64')
    return call(url, 'session', { deviceId, challenge: body.challenge, signature, ...(head && { head }) })
  }

  return {
    deviceId,
    userId,
    session,
    held,
    prover,
    call: ask,
    async refresh(refreshToken) {
      const response = await prover.fetch(REFRESH_PATH, refreshToken)
      return {
        status: response.status,
        body: (await response.json()) as Tokens & Refusal,
        headers: response.headers,
      }
    },
    pull: (request) => insist('pull', request),
    signIn,
    async signInAgain() {
      const { status, body } = await signIn()
      if (status !== 200) throw new Error(`session: ${body.error.code}`)
      inUse = body.token
    },
    async follow(collection, limit = 100) {
      const came: ViewOrTombstone[] = []
      for (;;) {
        const checkpoint = checkpoints.get(collection) ?? null
        const walks = checkpoint?.mode !== 'tail'
        const ranges = walks ? { held: heldOf(collection, checkpoint?.cursor ?? '') } : {}
        const answer = await insist<PullAnswer>('pull', { collection, checkpoint, limit, ...ranges })
        checkpoints.set(collection, answer.checkpoint)
        keep(collection, answer.documents)
        came.push(...answer.documents)
        if (!answer.more) return came
      }
    },
    async push(...items) {
      const { results } = await insist<{ results: PushResult[] }>('push', { items })
      for (const { collection, view } of results) keep(collection, [view])
      return results
    },
    edit(collection, document, change) {
      const edit = newId()
      const at = new Date().toISOString()
      const updated = { at, by: userId, origin: 'person' as const, device: deviceId }
      const doc = { ...document, ...change, edit, updated }
      return { collection, id: document.id, rev: document.rev, edit, author: userId, doc }
    },
    stream: () => openStream(prover, inUse),
  }
}

async function openStream(prover: DeviceProver, token: string): Promise<TestStream> {
  const abort = new AbortController()
  const response = await prover.fetch(STREAM_PATH, token, { method: 'GET', signal: abort.signal })
  if (response.status !== 200 || response.body === null) throw new Error(`stream: ${response.status}`)
  const events: StreamEvent[] = []
  let wake = () => {}
  let over = false
  const reading = (async () => {
    let rest = ''
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const parts = `${rest}${chunk}`.split('\n\n')
      rest = parts.pop() ?? ''
      events.push(...parts.map((part) => streamEventSchema.parse(JSON.parse(part.replace(/^data: /, '')))))
      wake()
    }
  })()
    .catch(() => {})
    .finally(() => {
      over = true
      wake()
    })

  async function next(fits: (event: StreamEvent) => boolean): Promise<StreamEvent> {
    const until = Date.now() + 5000
    for (;;) {
      const found = events.findIndex(fits)
      const event = events[found]
      if (event !== undefined) {
        events.splice(0, found + 1)
        return event
      }
      if (over || Date.now() > until) throw new Error('the event did not come')
      await new Promise<void>((resolve) => {
        wake = resolve
        setTimeout(resolve, 100).unref()
      })
    }
  }
  return { next, ended: () => reading, close: () => abort.abort() }
}

export function isTombstone(row: ViewOrTombstone | { readonly id: Id }): boolean {
  return '_deleted' in row
}

const blankEnvelope = { rev: '', edit: '', scopes: [], removedAt: null, ext: {}, sources: {}, conflicts: [] }

/** A new document of a kind, as a replica makes it before the server answered. */
export function draft(
  kind: string,
  orgId: Id,
  data: Readonly<Record<string, unknown>>,
  id: Id = newId(),
): AnyDocument {
  const stamp = { at: new Date().toISOString(), by: 'draft', origin: 'person' as const }
  return {
    ...blankEnvelope,
    id,
    kind,
    orgId,
    created: stamp,
    updated: stamp,
    ...data,
  }
}
