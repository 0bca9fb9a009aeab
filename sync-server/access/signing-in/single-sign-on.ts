import { randomBytes } from 'node:crypto'
import * as oidc from 'openid-client'
import type { Clock } from '#app/kernel/index.ts'
import { AppError } from '#app/kernel/index.ts'
import type { ServerConfig } from '../../config.ts'
import type { ProviderIdentity } from '../../store/contract.ts'
import type { Site } from './passkeys.ts'

// Single sign-on by OpenID Connect: the authorization code with PKCE, against any provider that can be discovered. A flow
// is bound to the browser that began it by a cookie, and ends in an identity: issuer and subject, and nothing else that
// the provider says is believed.

export type SingleSignOn = {
  /** What people call the provider; null: there is none. */
  readonly name: string | null
  /** As it names itself, in identities. */
  readonly issuer: string | null
  /** `cookie` binds the flow to this browser. Throws `access.sso-unreachable`, `access.sso`. */
  begin(site: Site, place: SignOnPlace): Promise<{ readonly cookie: string; readonly address: string }>
  /** What the provider sent the browser back with, and the page that waits for it; how it ended is told by `take`. */
  finish(cookie: string, search: string): Promise<SignOnPlace>
  /**
   * Serves once, at the page that began it. Throws `access.sso` where there is no such flow, or it failed;
   * `access.sso-unreachable`.
   */
  take(cookie: string, place: SignOnPlace): SignedOn
}

/** Whom the provider has named, and whether a second factor was shown to it. */
export type SignedOn = { readonly identity: ProviderIdentity; readonly factor: boolean }

/** The page that somebody signs on at: the console, or the one where they sign a device in. */
export type SignOnPlace = 'console' | 'device'

type Flow = {
  readonly place: SignOnPlace
  readonly redirect: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly until: number
  readonly ended: SignedOn | AppError | null
}

const flowLasts = 10 * 60_000
const MOST_FLOWS = 10_000
const TIMEOUT_SECONDS = 10
export const CALLBACK_PATH = '/console-api/sso/callback'

export function createSingleSignOn(settings: ServerConfig['oidc'], clock: Clock): SingleSignOn {
  if (settings === null) return noSingleSignOn
  const provider = createProvider(settings)
  const flows = createFlows(clock)

  return {
    name: settings.name,
    issuer: settings.issuer,
    async begin({ origin }, place) {
      const configuration = await provider()
      const verifier = oidc.randomPKCECodeVerifier()
      const flow = {
        place,
        redirect: `${origin}${CALLBACK_PATH}`,
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier,
      }
      const address = oidc.buildAuthorizationUrl(configuration, {
        redirect_uri: flow.redirect,
        scope: 'openid',
        code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: flow.state,
        nonce: flow.nonce,
      })
      return { cookie: flows.open(flow), address: address.href }
    },
    async finish(cookie, search) {
      const flow = flows.get(cookie)
      if (flow === undefined || flow.ended !== null) return flow?.place ?? 'console'
      const ended = await provider()
        .then((configuration) => signedOn(configuration, flow, search, settings.trustsFactor))
        .catch(refusalOf)
      flows.end(cookie, { ...flow, ended })
      return flow.place
    },
    take(cookie, place) {
      const flow = flows.take(cookie)
      const ended = flow?.place === place ? flow.ended : null
      if (ended === null || ended instanceof AppError) throw ended ?? new AppError('access.sso')
      return ended
    },
  }
}

const noSingleSignOn: SingleSignOn = {
  name: null,
  issuer: null,
  begin: async () => {
    throw new AppError('access.sso')
  },
  finish: async () => 'console',
  take: () => {
    throw new AppError('access.sso')
  },
}

/** Checks state, nonce, issuer, audience, signature and times of what came back (openid-client). */
async function signedOn(
  configuration: oidc.Configuration,
  { redirect, state, nonce, verifier }: Flow,
  search: string,
  trustsFactor: boolean,
): Promise<SignedOn> {
  const tokens = await oidc.authorizationCodeGrant(configuration, new URL(`${redirect}${search}`), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (claims === undefined || claims.sub === '') throw new AppError('access.sso')
  const identity = { issuer: claims.iss, subject: claims.sub }
  return { identity, factor: trustsFactor || saysFactor(claims['amr']) }
}

/** What was shown beside, or instead of, something that somebody knows (RFC 8176 section 2). */
const beyondKnowing: ReadonlySet<unknown> = new Set(
  'mfa otp hwk swk pop sc face fpt iris retina vbm'.split(' '),
)

function saysFactor(amr: unknown): boolean {
  return Array.isArray(amr) && amr.some((method) => beyondKnowing.has(method))
}

/** A provider that can't be reached is told from one whose answer does not hold; neither is quoted. */
function refusalOf(cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  const isDown =
    (cause instanceof TypeError && cause.message.includes('fetch')) ||
    (cause instanceof oidc.ClientError && cause.code === 'OAUTH_TIMEOUT') ||
    (cause instanceof DOMException && cause.name === 'TimeoutError')
  return new AppError(isDown ? 'access.sso-unreachable' : 'access.sso', {}, { cause })
}

/** Discovered when it is first needed, and again where that failed. */
function createProvider({ issuer, client, secret }: NonNullable<ServerConfig['oidc']>) {
  let known: Promise<oidc.Configuration> | undefined
  const isLoopback = ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(issuer).hostname)
  const discover = () =>
    oidc.discovery(
      new URL(issuer),
      client,
      {},
      secret === null ? oidc.None() : oidc.ClientSecretBasic(secret),
      {
        timeout: TIMEOUT_SECONDS,
        // Signatures, too: that an answer came by TLS is not taken for the provider's word.
        execute: [oidc.enableNonRepudiationChecks, ...(isLoopback ? [oidc.allowInsecureRequests] : [])],
      },
    )
  return async (): Promise<oidc.Configuration> => {
    known ??= discover()
    try {
      return await known
    } catch (cause) {
      known = undefined
      throw refusalOf(cause)
    }
  }
}

function createFlows(clock: Clock) {
  const open = new Map<string, Flow>()
  const fresh = (flow: Flow | undefined) =>
    flow !== undefined && flow.until > clock.now() ? flow : undefined
  return {
    open(flow: Pick<Flow, 'place' | 'redirect' | 'state' | 'nonce' | 'verifier'>): string {
      for (const [cookie, held] of open) if (fresh(held) === undefined) open.delete(cookie)
      if (open.size >= MOST_FLOWS) throw new AppError('access.throttled', { seconds: 60 })
      const cookie = randomBytes(32).toString('base64url')
      open.set(cookie, { ...flow, until: clock.now() + flowLasts, ended: null })
      return cookie
    },
    get: (cookie: string) => fresh(open.get(cookie)),
    end: (cookie: string, flow: Flow) => void open.set(cookie, flow),
    take(cookie: string): Flow | undefined {
      const flow = fresh(open.get(cookie))
      open.delete(cookie)
      return flow
    },
  }
}
