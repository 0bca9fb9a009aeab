import { z } from 'zod'
import { idSchema } from '../kernel/ids.ts'
import { hostKindSchema, signInPageSchema } from '../protocol/enrolment.ts'

// All that a client may ask of the machine it runs on. Electron's preload and the browser host implement it; every
// payload is parsed on the far side. There is no generic storage, SQL or fetch channel, and there never will be.

const base64 = z.base64().max(8192)

export const hostInfoSchema = z.strictObject({
  kind: hostKindSchema,
  version: z.string(),
  platform: z.string(),
  /** Where the machine's secrets lie: `system` is a keeper of the operating system, `page` the browser's own storage. */
  keeper: z.enum(['system', 'page']),
  /** The sync server this client belongs to, without a trailing slash; empty: where the page came from. */
  serverUrl: z.string(),
})
export type HostInfo = z.infer<typeof hostInfoSchema>

/** One entry a call: payload and result, both parsed with zod at the boundary. */
export const hostCalls = {
  info: { payload: z.strictObject({}), result: hostInfoSchema },
  /** HMAC-SHA-256 of `input` under the device secret of this replica; the secret never leaves the keeper. */
  bindKey: {
    payload: z.strictObject({
      replicaId: idSchema,
      purpose: z.enum(['kek', 'device-key', 'recovery']),
      input: base64,
    }),
    result: z.strictObject({ output: base64 }),
  },
  /** Whether the secrets of this replica lie here: of one that was brought from another machine, none do. */
  knows: {
    payload: z.strictObject({ replicaId: idSchema }),
    result: z.strictObject({ knows: z.boolean() }),
  },
  /** Makes the replica's device key (Ed25519) if there is none, and answers its public half. */
  deviceKey: {
    payload: z.strictObject({ replicaId: idSchema }),
    result: z.strictObject({ publicKey: base64 }),
  },
  /** Ed25519 signature of the text, under the device key. */
  sign: {
    payload: z.strictObject({ replicaId: idSchema, text: z.string().max(4096) }),
    result: z.strictObject({ signature: base64 }),
  },
  /** Destroys device secret and device key of a replica: what they wrapped can't be opened again. */
  forget: { payload: z.strictObject({ replicaId: idSchema }), result: z.strictObject({}) },
  saveFile: {
    payload: z.strictObject({
      name: z.string().max(128),
      type: z.string().max(128),
      bytes: z.instanceof(Uint8Array),
    }),
    result: z.strictObject({ saved: z.boolean() }),
  },
  openFile: {
    payload: z.strictObject({ accept: z.array(z.string().max(64)).max(16) }),
    result: z.strictObject({ name: z.string(), bytes: z.instanceof(Uint8Array) }).nullable(),
  },
  /** Never PHI: the lock screen of the machine shows it. */
  notify: {
    payload: z.strictObject({ title: z.string().max(80), body: z.string().max(160) }),
    result: z.strictObject({}),
  },
  /** Opens the page where a person signs this machine's device in, in their own browser, and no other page. */
  openSignIn: { payload: z.strictObject({ page: signInPageSchema }), result: z.strictObject({}) },
  /**
   * Keeps which keys the server shows, and will show (SHA-256 of SPKI, base64), as a session announced them. `pinned`: whether they
   * are kept; a browser can keep none.
   */
  pinServer: {
    payload: z.strictObject({ pins: z.array(z.base64().length(44)).min(1).max(8) }),
    result: z.strictObject({ pinned: z.boolean() }),
  },
  print: { payload: z.strictObject({}), result: z.strictObject({}) },
  updateState: {
    payload: z.strictObject({}),
    result: z.strictObject({ state: z.enum(['none', 'available', 'ready']), version: z.string().optional() }),
  },
} as const
export type HostCall = keyof typeof hostCalls
export type HostPayload<Call extends HostCall> = z.infer<(typeof hostCalls)[Call]['payload']>
export type HostResult<Call extends HostCall> = z.infer<(typeof hostCalls)[Call]['result']>

/** What the machine tells the client by itself. */
export const hostEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('lock'), why: z.enum(['suspend', 'screen-lock', 'shutdown']) }),
  z.strictObject({ type: z.literal('network'), online: z.boolean() }),
])
export type HostEvent = z.infer<typeof hostEventSchema>

export type HostBridge = {
  call<Call extends HostCall>(call: Call, payload: HostPayload<Call>): Promise<HostResult<Call>>
  /** Returns the function that ends the subscription. */
  on(listener: (event: HostEvent) => void): () => void
  /** Locks: destroys the client's process or page; what it held in memory goes with it. Never returns. */
  restart(): void
}
