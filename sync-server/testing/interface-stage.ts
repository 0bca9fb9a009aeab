import { z } from 'zod'
import type { AnyDocument, Id, Json } from '#app/kernel/index.ts'
import { demoFeed } from '../hl7/index.ts'
import { sendMessages } from '../hl7/send.ts'
import { message, msh } from '../hl7/testing/messages.ts'
import { DEMO_PASSWORD } from '../seed/index.ts'
import { openConsole } from './console-client.ts'
import type { ConsoleClient } from './console-client.ts'
import { startTestServer } from './test-server.ts'
import type { TestServer, TestServerOptions } from './test-server.ts'

/** A server with a feed, an interface analyst (ivo) and a sync admin (sam) at its console. */
export type InterfaceStage = {
  readonly server: TestServer
  readonly feedId: Id
  readonly ivo: ConsoleClient
  readonly sam: ConsoleClient
  /** Sends, and waits until all of it has ended. */
  send(...messages: readonly Buffer[]): Promise<void>
  /** The number of the latest message of a state. */
  latest(state: 'dead' | 'parked'): Promise<number>
  /** Patients of whom anything holds these words. */
  patientsWith(words: string): Promise<AnyDocument[]>
}

export async function openInterfaceStage(options: TestServerOptions = {}): Promise<InterfaceStage> {
  const server = await startTestServer(options)
  const [site] = server.synthetic.sites
  const feed = demoFeed({
    site: site.id,
    authority: site.authority,
    zone: 'America/New_York',
    at: '2026-01-01T00:00:00.000Z',
  })
  await server.store.feeds.save(feed)
  await server.hl7.feeds.reload()
  return {
    server,
    feedId: feed.id,
    ivo: await openConsole(server.url, 'ivo', DEMO_PASSWORD),
    sam: await openConsole(server.url, 'sam', DEMO_PASSWORD),
    async send(...messages) {
      await sendMessages('127.0.0.1', server.hl7.port, messages)
      await server.hl7.idle()
    },
    async latest(state) {
      const [found] = await server.store.inbox.list({ state, limit: 1 })
      if (found === undefined) throw new Error(`nothing is ${state}`)
      return found.sequence
    },
    async patientsWith(words) {
      const documents = await server.store.snapshot(async (read) => {
        const everyone = [{ kinds: ['patient'], scopes: 'all' }] as const
        const rows = await read.range('patients', everyone, { after: '', through: null, limit: 10_000 })
        return read.documents(
          'patients',
          rows.map(({ id }) => id),
        )
      })
      return documents.map(({ body }) => body.doc).filter((doc) => JSON.stringify(doc).includes(words))
    },
  }
}

/** The settings of a feed's page, to be changed and saved. */
export function settingsIn({ settings }: { readonly settings: Json }): Record<string, Json> {
  return z.record(z.string(), z.json()).parse(settings)
}

/** Words of the messages below that tell of a patient: none may reach a sync admin. */
export const phiWords = ['Quillfeather', 'Ottoline', '19730412', '1973-04-12', 'MR88', 'Larkspur']

const pid = (number: string, family = 'Quillfeather') =>
  `PID|1||${number}^^^GENERAL^MR||${family}^Ottoline||19730412|F|||4 Larkspur Row^^Ashby`

/** Without a start it becomes a dead letter: SCH-11. */
export function booking(controlId: string, number: string, start = ''): Buffer {
  return message(
    msh({ type: 'SIU^S12', controlId }),
    `SCH||F${controlId}^SCHED|||||||||^^30^${start}||||||||||||||BOOKED`,
    pid(number),
  )
}

export function registration(
  controlId: string,
  number: string,
  family?: string,
  facility = 'GENERAL',
): Buffer {
  const head = msh({ type: 'ADT^A04', controlId, facility })
  return message(head, 'EVN|A04|20260511083000', pid(number, family))
}
