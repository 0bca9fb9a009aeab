import { AppError, instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { signInAddress } from '#app/protocol/index.ts'
import type { EnrolAnswer, NewDevice } from '#app/protocol/index.ts'
import type { Circumstances, OnProgress } from './circumstances.ts'
import { withRegistry } from './circumstances.ts'
import type { BrowserSignIn, EnrolInput, Replica, SignInInput } from './contract.ts'
import type { Environment } from './environment.ts'
import { addRecovery, createKeyRing, encodeKeyRecord, measuredPassphrase } from './keys/index.ts'
import type { KeyRecord, OwnKeyRing } from './keys/index.ts'
import { keysOf, openOver } from './open-over.ts'
import { hostSigner } from './session/signer.ts'
import { createTransport } from './session/transport.ts'
import { holdReplica, inWords, newDatabaseName, openDexiePageStore } from './storage/index.ts'
import type { RegisteredReplica } from './storage/index.ts'

// A new copy on this machine: first its keys, then the server's word that it lets the device in, last the pages. Whatever fails
// on the way leaves nothing behind.

/** Keys for a copy that is not there yet, and the device that the server is to let in. */
type NewCopy = {
  readonly ring: OwnKeyRing
  readonly record: KeyRecord
  readonly device: NewDevice
  /** What takes back each thing that was done so far, the first one first. */
  readonly undo: (() => unknown)[]
  readonly release: () => void
}

/** By a password: keys, server and pages in one go. */
export async function enrol(
  circumstances: Circumstances,
  input: EnrolInput,
  onProgress: OnProgress,
): Promise<Replica> {
  onProgress({ step: 'keys', share: 0 })
  const copy = await newCopy(circumstances, input)
  return orUndone(copy.undo, async () => {
    onProgress({ step: 'signing-in', share: 0 })
    const { serverUrl, login, password, invited } = input
    const shown = { login, password, ...invited, device: copy.device }
    const answer = await createTransport(serverUrl, circumstances.environment).call('enrol', shown)
    return opened(circumstances, copy, { answer, input, onProgress })
  })
}

/** By the browser: the keys wait for the code that its page tells, and are destroyed where none comes. */
export async function beginSignIn(circumstances: Circumstances, input: SignInInput): Promise<BrowserSignIn> {
  const copy = await newCopy(circumstances, input)
  const transport = createTransport(input.serverUrl, circumstances.environment)
  const { device } = copy
  const { flow, page, minutes } = await orUndone(copy.undo, () => transport.call('beginSignIn', { device }))
  let isOver = false
  return {
    minutes,
    address: signInAddress(input.serverUrl, page),
    async open() {
      await circumstances.host.call('openSignIn', { page })
    },
    async enrol({ code, invitation }, onProgress) {
      if (isOver) throw new AppError('access.sign-in-over')
      onProgress({ step: 'signing-in', share: 0 })
      const invited = invitation === undefined ? {} : { invitation }
      // What is refused here can be typed again: the keys stay.
      const answer = await transport.call('enrol', { signedIn: { flow, code }, ...invited, device })
      isOver = true
      return orUndone(copy.undo, () => opened(circumstances, copy, { answer, input, onProgress }))
    },
    async end() {
      if (isOver) return
      isOver = true
      await undone(copy.undo)
    },
  }
}

async function newCopy(
  circumstances: Circumstances,
  { passphrase, deviceLabel: label }: SignInInput,
): Promise<NewCopy> {
  const { host, runner, environment } = circumstances
  const replicaId = environment.newId()
  const { release } = await holdReplica(replicaId, circumstances.locks)
  const undo: NewCopy['undo'] = [release, () => host.call('forget', { replicaId })]
  return orUndone(undo, async () => {
    const { ring, record } = await createKeyRing({ host, runner, replicaId, passphrase })
    undo.push(() => ring.close())
    await circumstances.onKeys?.(ring)
    const { kind } = await host.call('info', {})
    const { publicKey } = await host.call('deviceKey', { replicaId })
    return { ring, record, device: { replicaId, label, host: kind, publicKey }, undo, release }
  })
}

type LetIn = { readonly answer: EnrolAnswer; readonly input: SignInInput; readonly onProgress: OnProgress }

/** The server has let the device in: pages under the keys, and the registry's word of them. */
async function opened(
  circumstances: Circumstances,
  { ring, record: made, device: { replicaId }, undo, release }: NewCopy,
  { answer, input, onProgress }: LetIn,
): Promise<Replica> {
  const record = await escrowed(circumstances, made, answer, input)
  const registered = newEntry(circumstances.environment, replicaId, answer, input)
  const pageStore = await openDexiePageStore(registered.databaseName, circumstances.indexedDb)
  undo.push(() => pageStore.destroy())
  await pageStore.writeHeader(encodeKeyRecord(record))
  await withRegistry(circumstances, (registry) => registry.put(registered))
  undo.push(() => withRegistry(circumstances, (registry) => registry.remove(replicaId)))
  const keys = keysOf(circumstances, { ring, record, pageStore })
  const replica = await openOver(circumstances, { keys, pageStore, onProgress, release }, answer, input)
  void notePassphrase(circumstances, replica, input.passphrase)
  return replica
}

/** For the day on which the computer is lost: how hard the passphrase that was just set is to guess. */
export async function notePassphrase(
  { runner }: Pick<Circumstances, 'runner'>,
  replica: Pick<Replica, 'noteRead'>,
  passphrase: string,
): Promise<void> {
  const strength = await measuredPassphrase(runner, passphrase)
  if (strength !== null) replica.noteRead({ did: 'passphrase', strength })
}

/** What two people would recover it by lies at the server before the keys take effect. */
async function escrowed(
  { host, runner, environment }: Circumstances,
  made: KeyRecord,
  { deviceId, session }: EnrolAnswer,
  { passphrase, serverUrl }: SignInInput,
): Promise<KeyRecord> {
  const { recoveryKeys: keys, token } = session
  if (keys === null) return made
  const { record, boxes } = await addRecovery({ host, runner }, { record: made, passphrase, deviceId, keys })
  const fingerprint = record.recovery?.keys ?? ''
  const signer = hostSigner(host, made.replicaId)
  const transport = createTransport(serverUrl, environment)
  await transport.call('escrow', { keys: fingerprint, boxes }, { token, signer })
  return record
}

function newEntry(
  { clock }: Environment,
  replicaId: Id,
  { session }: EnrolAnswer,
  { serverUrl }: SignInInput,
): RegisteredReplica {
  const now = instant(clock)
  const { login } = session.user
  return { replicaId, login, serverUrl, enrolledAt: now, lastUsedAt: now, databaseName: newDatabaseName() }
}

async function orUndone<Result>(undo: NewCopy['undo'], task: () => Promise<Result>): Promise<Result> {
  try {
    return await task()
  } catch (failure) {
    await undone(undo)
    throw inWords(failure)
  }
}

async function undone(undo: NewCopy['undo']): Promise<void> {
  for (const step of undo.toReversed()) await Promise.resolve(step()).catch(() => undefined)
}
