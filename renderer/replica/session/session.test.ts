import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, routes, sessionProof } from '#app/protocol/index.ts'
import { coordinator } from '../testing/replica-on-memory.ts'
import { ScriptedServer } from '../testing/scripted-server.ts'
import { serverSentEvents } from './server-sent-events.ts'
import { SessionKeeper } from './session.ts'
import { createTransport } from './transport.ts'

const checkpoint = null
const pull = { collection: 'cases', checkpoint, limit: 10 } as const

function serverAndSession() {
  const { user, organisation } = coordinator()
  const server = new ScriptedServer({ user, organisation })
  const asked: string[] = []
  server.script.request = (path) => void asked.push(path)
  const signed: string[] = []
  const deviceId = newId()
  const session = new SessionKeeper({
    transport: createTransport('http://rounds.test', server),
    deviceId,
    signer: {
      sign(text) {
        signed.push(text)
        return Promise.resolve('AAAA')
      },
    },
    onSession: () => Promise.resolve(),
  })
  return { server, session, asked, signed, deviceId }
}

describe('a session', () => {
  test('is opened by a signed challenge when it is first needed, once for all who need it', async () => {
    const { session, asked, signed, deviceId } = serverAndSession()
    await Promise.all([session.call('pull', pull), session.call('pull', pull)])
    const { challenge, session: open, pull: pulled } = routes
    expect(asked).toEqual([challenge.path, open.path, pulled.path, pulled.path])
    expect(signed).toEqual([sessionProof(deviceId, 'AAAA')])
  })

  test('that has ended is renewed, and the call repeated once', async () => {
    const { server, session, asked } = serverAndSession()
    await session.call('pull', pull)
    asked.length = 0
    let refusals = 1
    server.script.refuse = (path) =>
      path === routes.pull.path && refusals-- > 0 ? 'access.session' : undefined
    await session.call('pull', pull)
    expect(asked).toEqual([routes.pull.path, routes.challenge.path, routes.session.path, routes.pull.path])
    server.script.refuse = (path) => (path === routes.pull.path ? 'access.session' : undefined)
    await expect(session.call('pull', pull)).rejects.toMatchObject({ code: 'access.session' })
  })

  test('that was ended by a lock asks nothing any more', async () => {
    const { session, asked } = serverAndSession()
    session.end()
    await expect(session.call('pull', pull)).rejects.toMatchObject({ code: 'replica.locked' })
    expect(asked).toEqual([])
  })
})

describe('a call', () => {
  const answering = (answer: () => Response) =>
    createTransport('http://rounds.test', { fetch: () => Promise.resolve(answer()) }).call('pull', pull)

  test('names the protocol and the token in headers, never in the address', async () => {
    let seen: { url: string; headers: Headers } | undefined
    const transport = createTransport('http://rounds.test', {
      fetch(input, init) {
        seen = { url: new Request(input).url, headers: new Headers(init?.headers) }
        return Promise.reject(new TypeError('network'))
      },
    })
    await expect(transport.call('pull', pull, { token: 'secret' })).rejects.toMatchObject({
      code: 'network.unreachable',
    })
    expect(seen?.url).toBe('http://rounds.test/sync/pull')
    expect(seen?.headers.get(PROTOCOL_HEADER)).toBe(String(PROTOCOL_VERSION))
    expect(seen?.headers.get('authorization')).toBe('Bearer secret')
  })

  test('tells a refusal of the server from a stranger that answers', async () => {
    const refusal = { error: { code: 'protocol.version', facts: { client: 1, server: 2 } } }
    await expect(answering(() => Response.json(refusal, { status: 426 }))).rejects.toMatchObject({
      code: 'protocol.version',
      facts: { client: 1, server: 2 },
    })
    const portal = () => new Response('<html>sign in to the hotel</html>', { status: 200 })
    await expect(answering(portal)).rejects.toMatchObject({ code: 'network.unreachable' })
    await expect(answering(() => Response.json({ documents: 1 }))).rejects.toMatchObject({
      code: 'network.unreachable',
    })
    const unknown = { error: { code: 'of.tomorrow', facts: {} } }
    await expect(answering(() => Response.json(unknown, { status: 400 }))).rejects.toMatchObject({
      code: 'internal',
    })
  })
})

describe('server-sent events', () => {
  test('are read however the bytes are cut, over comments and several lines of data', async () => {
    const text =
      ': hello\n\ndata: {"a":1}\n\nevent: x\r\ndata: two\r\ndata: lines\r\n\r\ndata: é\n\ndata: cut off'
    const bytes = new TextEncoder().encode(text)
    for (const size of [1, 2, 3, 7, bytes.length]) {
      const stream = new ReadableStream<Uint8Array>({
        start(controller) {
          for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size))
          controller.close()
        },
      })
      const events: string[] = []
      for await (const event of serverSentEvents(stream)) events.push(event)
      expect(events).toEqual(['{"a":1}', 'two\nlines', 'é'])
    }
  })
})
