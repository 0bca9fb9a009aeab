import type { FastifyInstance } from 'fastify'
import { AppError, codeOf } from '#app/kernel/index.ts'
import { CALLBACK_PATH } from '../access/signing-in/single-sign-on.ts'
import type { SingleSignOn } from '../access/signing-in/single-sign-on.ts'
import { flowCookie, flowOf, isOwnStep, siteOf } from './visits.ts'

/** The console's page, told by its hash that a single sign-on comes back, or why it could not begin. */
const HOME = '/console/'

/** The two steps of a single sign-on that a browser makes by going there; the console's calls do the rest. */
export async function signOnRoutes(
  app: FastifyInstance,
  { signOn }: { readonly signOn: SingleSignOn },
): Promise<void> {
  app.get('/console-api/sso/start', async (request, reply) => {
    try {
      // Another's page must not sign anybody in who has not asked for it.
      if (!isOwnStep(request)) throw new AppError('access.sso')
      const { cookie, address } = await signOn.begin(siteOf(request))
      return await reply.header('set-cookie', flowCookie(request, cookie)).redirect(address, 303)
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
