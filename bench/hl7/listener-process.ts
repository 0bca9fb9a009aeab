import { z } from 'zod'
import { listeners } from './listeners.ts'
import { listenerNames } from './peers.ts'

// A listener in a process of its own: `node listener-process.ts NAME FOLDER URL SCHEMA`. Talks to its parent by IPC.

const [, , name, folder = '', databaseUrl = '', schema = ''] = process.argv
const place = { folder, databaseUrl: databaseUrl === '' ? null : databaseUrl, schema }
const listening = await listeners[z.enum(listenerNames).parse(name)](place)

const questions = z.enum(['idle', 'state', 'close'])

process.on('message', (question) => {
  void reply(questions.parse(question))
})

async function reply(question: z.infer<typeof questions>): Promise<void> {
  if (question === 'idle') await listening.idle()
  if (question === 'close') await listening.close()
  const { rss } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  process.send?.({ applied: listening.applied(), rss, cpu: user + system })
  if (question === 'close') process.disconnect()
}

process.send?.({ port: listening.port })
