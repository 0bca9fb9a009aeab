import { parseArgs } from 'node:util'
import { z } from 'zod'
import { systemClock } from '#app/kernel/index.ts'
import { line, timeZoneSchema } from '#app/values/index.ts'
import { configFrom } from '../config.ts'
import { newUserSchema } from '../console-api/protocol/passwords.ts'
import { openConfiguredStore } from '../configured-store.ts'
import { found, letIn } from './found.ts'
import type { Invited } from './found.ts'

const usage = `npm run organisation -- create NAME --zone ZONE --admin LOGIN --admin-name NAME --officer LOGIN --officer-name NAME
  Begins an organisation for real data in an empty store, and invites its first two people: the administrator proposes
  who may do what, the privacy officer approves it. ZONE: such as America/Chicago.
npm run organisation -- let-in LOGIN
  For an administrator or a privacy officer who has lost password or second factor while nobody else can help:
  takes both away and tells an invitation.

The data is what ROUNDS_DATA or DATABASE_URL names. The server must not be running on an embedded store.`

type Output = { write(text: string): unknown }

const createSchema = z.strictObject({
  name: line(120),
  zone: timeZoneSchema,
  admin: newUserSchema,
  officer: newUserSchema,
})

/** Answers the code to exit with. Throws AppErrors of the store, and those of `found` and `letIn`. */
export async function runOrganisation(
  args: readonly string[],
  output: Output,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const say = (text: string) => output.write(`${text}\n`)
  const { values, positionals } = parsed(args)
  const [command, subject, ...more] = positionals
  if (subject === undefined || more.length > 0 || (command !== 'create' && command !== 'let-in')) {
    say(usage)
    return 1
  }
  if (command === 'let-in') {
    const one = await withStore(environment, (parts) => letIn(parts, subject))
    say(
      `${one.login} has neither password nor second factor now, and sets others at /console with this invitation:`,
    )
    say('')
    tell([one], say)
    return 0
  }
  const wanted = createSchema.safeParse({
    name: subject,
    zone: values.zone,
    admin: { login: values.admin, name: values['admin-name'] },
    officer: { login: values.officer, name: values['officer-name'] },
  })
  if (!wanted.success) {
    for (const { path, message } of wanted.error.issues) say(`${path.join(' ')}: ${message}`)
    say(usage)
    return 1
  }
  const invited = await withStore(environment, (parts) => found(parts, wanted.data))
  say(`"${wanted.data.name}" is there, for real data. Its first two people, and the invitation of each:`)
  say('')
  tell(invited, say)
  say('')
  say(
    'Start the server (npm run server). Each of the two opens /console, sets a password with the invitation and gets',
  )
  say('an authenticator. Then one adds people and proposes what they may do, and the other approves it.')
  return 0
}

/** An option that there is not makes no command. */
function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const
  const options = { zone: text, admin: text, 'admin-name': text, officer: text, 'officer-name': text }
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options })
  } catch {
    return { values: {}, positionals: [] }
  }
}

async function withStore<T>(
  environment: Readonly<Record<string, string | undefined>>,
  work: (parts: Parameters<typeof found>[0]) => Promise<T>,
): Promise<T> {
  const store = await openConfiguredStore(configFrom(environment))
  try {
    return await work({ store, clock: systemClock })
  } finally {
    await store.close()
  }
}

function tell(invited: readonly Invited[], say: (text: string) => void): void {
  for (const { login, name, code, expiresAt } of invited)
    say(`  ${code}   ${login} (${name}), until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC`)
}
