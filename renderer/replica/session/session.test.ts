import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import {
  PROOF_HEADER,
  PROOF_NONCE_HEADER,
  proofClaimsSchema,
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  REFRESH_PATH,
  routes,
  sessionProof,
  tokenDigest,
} from '#app/protocol/index.ts'
import { coordinator } from '../testing/replica-on-memory.ts'
import { nobodysSigner } from '../testing/nobodys-signer.ts'
import { ScriptedServer } from '../testing/scripted-server.ts'
import { serverSentEvents } from './server-sent-events.ts'
import { SessionKeeper } from './session.ts'
import { createReach } from './reach.ts'
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
      ...nobodysSigner,
      sign(text) {
        if (text.startsWith('rounds-')) signed.push(text)
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

  test('whose token has ended is refreshed, and the call repeated once', async () => {
    const { server, session, asked } = serverAndSession()
    await session.call('pull', pull)
    asked.length = 0
    let refusals = 1
    server.script.refuse = (path) =>
      path === routes.pull.path && refusals-- > 0 ? 'access.session' : undefined
    await session.call('pull', pull)
    expect(asked).toEqual([routes.pull.path, REFRESH_PATH, routes.pull.path])
  })

  test('that has ended is opened anew by the key; a refresh token is never used twice', async () => {
    const { server, session, asked } = serverAndSession()
    await session.call('pull', pull)
    asked.length = 0
    let refusals = 1
    server.script.refuse = (path) =>
      path === REFRESH_PATH || (path === routes.pull.path && refusals-- > 0) ? 'access.session' : undefined
    await session.call('pull', pull)
    const { challenge, session: open, pull: pulled } = routes
    expect(asked).toEqual([pulled.path, REFRESH_PATH, challenge.path, open.path, pulled.path])

    server.script.refuse = (path) => (path === pulled.path ? 'access.session' : undefined)
    let lost = 1
    server.script.request = (path) => {
      asked.push(path)
      // The answer is lost: whether the server gave the next tokens is not known.
      if (path === REFRESH_PATH && lost-- > 0) throw new TypeError('network')
    }
    asked.length = 0
    await expect(session.call('pull', pull)).rejects.toMatchObject({ code: 'network.unreachable' })
    await expect(session.call('pull', pull)).rejects.toMatchObject({ code: 'access.session' })
    expect(asked.filter((path) => path === REFRESH_PATH)).toHaveLength(2)
    expect(asked.slice(2, 4)).toEqual([challenge.path, open.path])
  })

  test('is asked for no more than once where the server refuses even so', async () => {
    const { server, session } = serverAndSession()
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
    await expect(
      transport.call('pull', pull, { token: 'secret', signer: nobodysSigner }),
    ).rejects.toMatchObject({
      code: 'network.unreachable',
    })
    expect(seen?.url).toBe('http://rounds.test/sync/pull')
    expect(seen?.headers.get(PROTOCOL_HEADER)).toBe(String(PROTOCOL_VERSION))
    expect(seen?.headers.get('authorization')).toBe('DPoP secret')
    expect(seen?.headers.get(PROOF_HEADER)).toMatch(/^ey[^.]+\.ey[^.]+\.AAAA$/)
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

describe('a proof', () => {
  /** A server that wants a nonce, and gives a new one with every third answer. */
  function wanting(nonces: readonly string[]) {
    const shown: ReturnType<typeof claimsOf>[] = []
    const reach = createReach('http://rounds.test', {
      fetch(_input, init) {
        const claims = claimsOf(new Headers(init?.headers).get(PROOF_HEADER))
        shown.push(claims)
        const nonce = nonces[Math.min(shown.length, nonces.length) - 1] ?? ''
        const status = claims.nonce === nonce ? 200 : 401
        return Promise.resolve(new Response(null, { status, headers: { [PROOF_NONCE_HEADER]: nonce } }))
      },
    })
    const init = { method: 'POST', headers: {} } as const
    const ask = () => reach('/sync/pull', init, { token: 'secret', signer: nobodysSigner })
    return { shown, ask }
  }

  const claimsOf = (proof: string | null) => {
    const [, payload = ''] = (proof ?? '').split('.')
    return proofClaimsSchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
  }

  test('is made for one request, names what the server said last, and is repeated where that was old', async () => {
    const { shown, ask } = wanting(['one'])
    expect((await ask()).status).toBe(200)
    expect((await ask()).status).toBe(200)
    expect(shown.map(({ nonce }) => nonce)).toEqual(['none', 'one', 'one'])
    expect(new Set(shown.map(({ jti }) => jti)).size).toBe(3)
    const claims = { htm: 'POST', htu: 'http://rounds.test/sync/pull', ath: tokenDigest('secret') }
    for (const each of shown) expect(each).toMatchObject(claims)
  })

  test('is not repeated for ever', async () => {
    const { shown, ask } = wanting(['one', 'two', 'three', 'four', 'five'])
    expect((await ask()).status).toBe(401)
    expect(shown).toHaveLength(3)
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
