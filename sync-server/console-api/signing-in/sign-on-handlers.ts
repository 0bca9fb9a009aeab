import { AppError, instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'

type Calls = 'sign-on' | 'sign-on-name' | 'link-identity' | 'unlink-identity'

/** Who comes in by single sign-on. */
export function signOnHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, Calls> {
  const { store, clock, sessions, signOn } = parts

  async function audited(by: Id, action: string, id: Id): Promise<void> {
    await store.audit.append({ at: instant(clock), actor: by, action, ids: [id], purpose: 'console' })
  }

  return {
    'sign-on-name': async () => ({ name: signOn.name }),
    'sign-on': (_, visitor) => sessions.signOn(visitor),
    'link-identity': async ({ id, subject }, { user }) => {
      const { issuer } = signOn
      if (issuer === null || (await store.access.user(id)) === null)
        throw new AppError('request.invalid', { place: 'id' })
      if (!(await store.access.linkIdentity(id, { issuer, subject }, instant(clock))))
        throw new AppError('access.identity-taken')
      await audited(user, 'link-identity', id)
      return {}
    },
    'unlink-identity': async ({ id }, { user }) => {
      await store.access.unlinkIdentity(id)
      await audited(user, 'unlink-identity', id)
      return {}
    },
  }
}
