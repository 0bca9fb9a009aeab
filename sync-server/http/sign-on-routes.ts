import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError, codeOf } from '#app/kernel/index.ts'
import { SIGN_IN_PATH } from '#app/protocol/index.ts'
import { CALLBACK_PATH } from '../access/signing-in/single-sign-on.ts'
import type { SignOnPlace, SingleSignOn } from '../access/signing-in/single-sign-on.ts'
import type { Refusals } from '../audit/index.ts'
import { flowCookie, flowOf, isOwnStep, siteOf } from './visits.ts'

const START_PATH = '/console-api/sso/start'

/** Each page is told by its hash that a single sign-on comes back, or why it could not begin. */
const pages: Readonly<Record<SignOnPlace, string>> = { console: '/console/', device: SIGN_IN_PATH }

/** The two steps of a single sign-on that a browser makes by going there; the console's calls do the rest. */
export async function signOnRoutes(
  app: FastifyInstance,
  { signOn, refusals }: { readonly signOn: SingleSignOn; readonly refusals: Refusals },
): Promise<void> {
  app.get(START_PATH, async (request, reply) => {
    const place = placeOf(request)
    try {
      // Another's page must not sign anybody in who has not asked for it.
      if (!isOwnStep(request)) throw new AppError('access.sso')
      const { cookie, address } = await signOn.begin(siteOf(request), place)
      return await reply.header('set-cookie', flowCookie(request, cookie)).redirect(address, 303)
    } catch (thrown) {
      const code = codeOf(thrown)
      await refusals({ code, asked: START_PATH, actor: null, address: request.ip })
      return reply.redirect(`${pages[place]}#sso-${code}`, 303)
    }
  })

  app.get(CALLBACK_PATH, async (request, reply) => {
    const flow = flowOf(request)
    const { search } = addressOf(request)
    const place = flow === null ? 'console' : await signOn.finish(flow, search)
    return reply.redirect(`${pages[place]}#sso`, 303)
  })
}

function placeOf(request: FastifyRequest): SignOnPlace {
  return addressOf(request).searchParams.get('at') === 'device' ? 'device' : 'console'
}

function addressOf(request: FastifyRequest): URL {
  return new URL(request.url, siteOf(request).origin)
}
