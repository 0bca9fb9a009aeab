import { AppError, instant } from '#app/kernel/index.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import { writeDown } from '../write-down.ts'

type Calls = 'sign-on' | 'sign-on-name' | 'link-identity' | 'unlink-identity'

/** Who comes in by single sign-on. */
export function signOnHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, Calls> {
  const { store, clock, sessions, signOn } = parts

  return {
    'sign-on-name': async () => ({ name: signOn.name }),
    'sign-on': (_, visitor) => sessions.signOn(visitor),
    'link-identity': async ({ id, subject }, caller) => {
      const { issuer } = signOn
      if (issuer === null || (await store.access.user(id)) === null)
        throw new AppError('request.invalid', { place: 'id' })
      if (!(await store.access.linkIdentity(id, { issuer, subject }, instant(clock))))
        throw new AppError('access.identity-taken')
      await writeDown(parts, caller, { action: 'link-identity', ids: [id] })
      return {}
    },
    'unlink-identity': async ({ id }, caller) => {
      await store.access.unlinkIdentity(id)
      await writeDown(parts, caller, { action: 'unlink-identity', ids: [id] })
      return {}
    },
  }
}
