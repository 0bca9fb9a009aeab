import type { FastifyInstance, FastifyReply } from 'fastify'
import { codeOf } from '#app/kernel/index.ts'
import { CALLBACK_PATH } from '../access/signing-in/single-sign-on.ts'
import type { SingleSignOn } from '../access/signing-in/single-sign-on.ts'
import { FLOW_COOKIE, flowOf, siteOf } from './visits.ts'

/** The console's page, told by its hash that a single sign-on comes back, or why it could not begin. */
const HOME = '/console/'

/** The two steps of a single sign-on that a browser makes by going there; the console's calls do the rest. */
export async function signOnRoutes(
  app: FastifyInstance,
  { signOn }: { readonly signOn: SingleSignOn },
): Promise<void> {
  app.get('/console-api/sso/start', async (request, reply) => {
    const site = siteOf(request)
    try {
      const { cookie, address } = await signOn.begin(site)
      return await keep(reply, cookie, site.origin).redirect(address, 303)
    } catch (thrown) {
      return reply.redirect(`${HOME}#sso-${codeOf(thrown)}`, 303)
    }
  })

  app.get(CALLBACK_PATH, async (request, reply) => {
    const flow = flowOf(request)
    if (flow !== null) await signOn.finish(flow, new URL(request.url, siteOf(request).origin).search)
    return reply.redirect(`${HOME}#sso`, 303)
  })
}

/** Lax: the provider sends the browser back from elsewhere. */
function keep(reply: FastifyReply, cookie: string, origin: string): FastifyReply {
  const secure = origin.startsWith('https:') ? '; Secure' : ''
  const rules = 'Path=/console-api; Max-Age=600; HttpOnly; SameSite=Lax'
  return reply.header('set-cookie', `${FLOW_COOKIE}=${cookie}; ${rules}${secure}`)
}
