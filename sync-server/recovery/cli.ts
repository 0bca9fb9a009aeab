import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { fingerprintOf, openFirst, openSecond, recoveryKeysSchema } from '#app/recovery/index.ts'
import type { RecoveryKeys } from '#app/recovery/index.ts'
import { signInAtConsole } from '../console-api/console-client.ts'
import type { Ask } from '../console-api/console-client.ts'
import { sealedBoxes } from './sealed-boxes.ts'

// Recovery by two people. The key is made on a machine without a network; each holder keeps one file of it and opens
// with it on their own machine. What goes to the server is sealed for somebody else.

const usage = `Usage:
  npm run recovery -- make-key FOLDER                      offline: three holders' keys, and the public key
  npm run recovery -- set-key recovery-key.json --login L  new copies can be recovered from now on
  npm run recovery -- list --login L                       who asks, and the code that their screen shows
  npm run recovery -- approve ID --key holder-N.key.json --login L
                                                           twice, by two people, each with a key and a login of their own
Options: --server URL (http://127.0.0.1:7400 unless given). The password comes from ROUNDS_PASSWORD or is asked for.
`

const holderFileSchema = z.strictObject({
  holder: z.int().min(1).max(3),
  publicKey: z.base64().length(44),
  privateKey: z.base64().length(44),
})
const keyFileSchema = z.strictObject({ fingerprint: z.string(), keys: recoveryKeysSchema })

export type RecoveryParts = {
  readonly output: { write(text: string): void }
  readonly password: () => Promise<string>
}

/** Answers the exit code. Throws AppErrors of the server, and where a file can't be read or written. */
export async function runRecovery(args: readonly string[], parts: RecoveryParts): Promise<number> {
  const [command, ...rest] = args
  const { values, positionals } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: { login: { type: 'string' }, server: { type: 'string' }, key: { type: 'string' } },
  })
  const [subject] = positionals
  const say = (line: string) => parts.output.write(`${line}\n`)
  if (command === 'make-key' && subject !== undefined) return makeKey(subject, say)
  const { login, key, server = 'http://127.0.0.1:7400' } = values
  if (login !== undefined) {
    // Each person with a login of their own: the server takes two approvals from two people only.
    const signIn = async () => signInAtConsole(server, login, await parts.password())
    if (command === 'set-key' && subject !== undefined) {
      return setKey(await signIn(), subject, say)
    }
    if (command === 'list') return list(await signIn(), say)
    if (command === 'approve' && subject !== undefined && key !== undefined) {
      return approve(await signIn(), subject, key, say)
    }
  }
  parts.output.write(usage)
  return 2
}

type Say = (line: string) => void

async function makeKey(folder: string, say: Say): Promise<number> {
  const boxes = await sealedBoxes()
  const pairs = [boxes.newPair(), boxes.newPair(), boxes.newPair()] as const
  const keys: RecoveryKeys = [pairs[0].publicKey, pairs[1].publicKey, pairs[2].publicKey]
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (const [index, pair] of pairs.entries()) {
    await writeNew(join(folder, `holder-${index + 1}.key.json`), { holder: index + 1, ...pair })
  }
  const fingerprint = fingerprintOf(keys)
  await writeNew(join(folder, 'recovery-key.json'), { fingerprint, keys })
  say(`Made a recovery key with the fingerprint ${fingerprint}.`)
  say('Give each holder-N.key.json to another person, on a medium of its own, and delete it here.')
  say('recovery-key.json is public: set it at the server with set-key.')
  return 0
}

/** Never over a file that is there: it could be the only one. */
async function writeNew(path: string, content: object): Promise<void> {
  await writeFile(path, `${JSON.stringify(content, null, 2)}\n`, { flag: 'wx', mode: 0o600 })
}

async function setKey(ask: Ask, file: string, say: Say): Promise<number> {
  const { keys } = keyFileSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  await ask('set-recovery-keys', { keys })
  say(`The recovery key ${fingerprintOf(keys)} holds for every copy that is set up from now on.`)
  return 0
}

async function list(ask: Ask, say: Say): Promise<number> {
  const { recoveries } = await ask('recoveries', {})
  if (recoveries.length === 0) say('Nobody asks to be recovered.')
  for (const { id, login, label, code, approvals, requestedAt } of recoveries) {
    say(`${id}  ${login} on "${label}"  code ${code}  ${approvals} of 2 approvals  asked ${requestedAt}`)
  }
  return 0
}

async function approve(ask: Ask, id: string, keyFile: string, say: Say): Promise<number> {
  const pair = holderFileSchema.parse(JSON.parse(await readFile(keyFile, 'utf8')))
  const request = (await ask('recoveries', {})).recoveries.find((one) => one.id === id)
  if (request === undefined) {
    say(`There is no open request ${id}.`)
    return 1
  }
  const boxes = await sealedBoxes()
  if (request.approvals === 0) {
    const left = openFirst(boxes, request.boxes, pair)
    if (left === null) return notThisKey(say)
    await ask('approve-recovery', { id, boxes: left })
    say(`First approval of ${request.code}. A second person with another key has to approve, too.`)
    return 0
  }
  const secret = openSecond(boxes, request.boxes, request.replicaId, pair)
  if (secret === null) return notThisKey(say)
  const box = boxes.seal(secret, Buffer.from(request.publicKey, 'base64'))
  await ask('approve-recovery', { id, box: Buffer.from(box).toString('base64') })
  say(`Second approval of ${request.code}. ${request.login} can now choose a new passphrase.`)
  return 0
}

function notThisKey(say: Say): number {
  say('This key does not open the request: it is not a key of this organisation, or it was used already.')
  return 1
}
