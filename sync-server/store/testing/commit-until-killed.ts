import { newId } from '#app/kernel/index.ts'
import { openStore } from '../index.ts'
import { sampleMessage } from './inbox-contract.ts'
import { at, sampleWrite } from './samples.ts'

// Run as a process of its own by crash.test.ts. It says `document <id>` or `message <id>` when the store has promised
// that it is durable, and goes on until it is killed.

const [dataFolder = ''] = process.argv.slice(2)
const store = await openStore({ dataFolder })

async function documents(): Promise<never> {
  for (;;) {
    const ids = [newId(), newId(), newId()]
    await store.transaction(async (tx) => {
      await tx.load(ids.map((id) => ({ collection: 'cases', id })))
      for (const id of ids) tx.stage(sampleWrite('cases', { id }))
      tx.stage({ type: 'audit', at, actor: 'server', action: 'push', ids })
    })
    for (const id of ids) process.stdout.write(`document ${id}\n`)
  }
}

async function messages(): Promise<never> {
  for (;;) {
    const message = sampleMessage()
    await store.inbox.append(message)
    process.stdout.write(`message ${message.id}\n`)
  }
}

await Promise.all([documents(), messages(), messages(), messages()])
