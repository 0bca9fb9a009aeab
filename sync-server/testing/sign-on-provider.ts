import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** A provider of single sign-on in this process: whoever types a login is that subject. */
export type SignOnProvider = {
  readonly issuer: string
  readonly client: string
  readonly secret: string
  serve(redirect: string, lies?: Lies): void
  close(): Promise<void>
}

/** `issuer`: who it says it is. `keys`: it publishes others than it signs by, as who sits between it and us would. */
export type Lies = {
  readonly issuer?: string
  readonly keys?: boolean
  /** No lie: how it says that people showed who they are (RFC 8176); nothing unless given. */
  readonly amr?: readonly string[]
}

/** It listens at once, so that its address is known, and serves when it knows where to send browsers back to. */
export async function openSignOnProvider(): Promise<SignOnProvider> {
  const server = createServer()
  const issuer = await listening(server)
  const [client, secret] = ['rounds-console', 'a secret of the tests']
  return {
    issuer,
    client,
    secret,
    serve(redirect, lies = {}) {
      const provider = new Provider(lies.issuer ?? issuer, {
        clients: [{ client_id: client, client_secret: secret, redirect_uris: [redirect] }],
        pkce: { required: () => true },
        features: { devInteractions: { enabled: true } },
        claims: { openid: ['sub', 'amr'] },
        conformIdTokenClaims: false,
        findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
      })
      if (lies.amr !== undefined) saysOfLogins(provider, lies.amr)
      const answer = provider.callback()
      server.on('request', (request, response) => {
        if (lies.keys === true && request.url === '/jwks')
          response.end(JSON.stringify({ keys: [otherKey()] }))
        else void answer(request, response)
      })
    },
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeAllConnections()
      await promise
    },
  }
}

/** The forms of the provider ask for nothing but a name; what it says of them is told here. */
function saysOfLogins(provider: Provider, amr: readonly string[]): void {
  const finish = provider.interactionFinished.bind(provider)
  provider.interactionFinished = (request, response, result, options) => {
    const { login } = result
    const told = login === undefined ? result : { ...result, login: { ...login, amr: [...amr] } }
    return finish(request, response, told, options)
  }
}

function otherKey() {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve(`http://127.0.0.1:${port}`)
    })
  })
}
