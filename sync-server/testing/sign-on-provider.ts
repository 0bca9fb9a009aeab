import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** A provider of single sign-on in this process: whoever types a login is that subject. */
export type SignOnProvider = {
  readonly issuer: string
  readonly client: string
  readonly secret: string
  /** Serves from now on; `claims`: the issuer that it says it is, where it lies. */
  serve(redirect: string, claims?: string): void
  close(): Promise<void>
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
    serve(redirect, claims = issuer) {
      const provider = new Provider(claims, {
        clients: [{ client_id: client, client_secret: secret, redirect_uris: [redirect] }],
        pkce: { required: () => true },
        features: { devInteractions: { enabled: true } },
        findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
      })
      const answer = provider.callback()
      server.on('request', (request, response) => void answer(request, response))
    },
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>()
      server.close(() => resolve())
      server.closeAllConnections()
      await promise
    },
  }
}

function listening(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve(`http://127.0.0.1:${port}`)
    })
  })
}
