import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Id } from '#app/kernel/index.ts'
import { runAudit } from '../audit/cli.ts'
import { codeAt } from '../access/signing-in/second-factor.ts'
import { configFrom } from '../config.ts'
import { startServer } from '../server.ts'
import type { RunningServer } from '../server.ts'
import { atConsole, withoutSession } from '../testing/console-caller.ts'
import type { ConsoleAsk } from '../testing/console-caller.ts'
import { call, enrolBody } from '../testing/test-device.ts'
import type { Refusal } from '../testing/test-device.ts'
import { runOrganisation } from './cli.ts'

// An organisation with real data, from an empty folder to a device of somebody whom two people let in. One story: the tests
// below follow one another.

let folder: string
let server: RunningServer | null = null
let now = Date.now()
const invitations = new Map<string, string>()
const secrets = new Map<string, string>()
const password = 'meadow lantern orchard 12'

const environment = () => ({ ROUNDS_DATA: join(folder, 'data'), ROUNDS_PORT: '0', ROUNDS_MLLP_PORT: '0' })

async function run(...args: string[]): Promise<{ readonly code: number; readonly said: string }> {
  let said = ''
  const output = { write: (text: string) => void (said += text) }
  const code = await runOrganisation(args, output, environment())
  for (const [, invitation, login] of said.matchAll(/^ {2}([0-9A-Z-]{19}) {3}(\S+)/gm))
    invitations.set(login ?? '', invitation ?? '')
  return { code, said }
}

const firstTwo = [
  '--admin',
  'jane',
  '--admin-name',
  'Jane Doe',
  '--officer',
  'omar',
  '--officer-name',
  'Omar Ray',
]

const create = (name = 'Northside Clinics') => run('create', name, '--zone', 'America/Chicago', ...firstTwo)

async function started(): Promise<RunningServer> {
  server ??= await startServer(configFrom(environment()), { clock: { now: () => now } })
  return server
}

async function stopped(): Promise<void> {
  await server?.close()
  server = null
}

/** A code serves once. */
function code(login: string): string {
  now += 30_000
  return codeAt({ secret: secrets.get(login) ?? '', confirmedAt: null }, now)
}

async function setsPassword(login: string): Promise<void> {
  const ask = withoutSession((await started()).url)
  const invitation = invitations.get(login) ?? ''
  expect((await ask('set-password', { login, invitation, password })).status).toBe(200)
  const { authenticator } = (await ask('second-factor', { login, password, invitation })).body
  secrets.set(login, new URL(authenticator ?? '').searchParams.get('secret') ?? '')
}

async function signedIn(login: string): Promise<ConsoleAsk> {
  return atConsole((await started()).url, login, { password, code: code(login) })
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rounds-organisation-'))
})
afterAll(async () => {
  await stopped()
  await rm(folder, { recursive: true, force: true })
})

describe('an organisation', () => {
  it('is not made of what makes no sense, and says what it was', async () => {
    const nowhere = await run('create', 'Northside', '--zone', 'Mars/Olympus', '--admin', 'jane')
    expect([nowhere.code, nowhere.said]).toEqual([1, expect.stringContaining('zone: Must be a time zone')])
    expect((await run('create')).code).toBe(1)
    expect((await run('create', 'Northside', '--password', 'x')).said).toContain('npm run organisation')
  })

  it('begins with two people and their invitations, once', async () => {
    const made = await create()
    expect([made.code, [...invitations.keys()]]).toEqual([0, ['jane', 'omar']])
    await expect(create()).rejects.toMatchObject({ code: 'organisation.there' })
    await expect(create('Another')).rejects.toMatchObject({ code: 'organisation.there' })
  })

  it('is served without a synthetic record, and without a password that everybody knows', async () => {
    expect((await started()).isSynthetic).toBe(false)
    const ask = withoutSession((await started()).url)
    const refused = await ask('sign-in', { login: 'jane', password: 'rounds-demo' })
    expect(refused.status).toBe(401)
    await setsPassword('jane')
    await setsPassword('omar')
    const { documents, users } = (await (await signedIn('jane'))('overview', {})).body
    expect(documents).toMatchObject({ reference: 2, patients: 0, appointments: 0, cases: 0, accounts: 0 })
    expect(users.active).toBe(2)
  })

  it('lets nobody in by one of the two alone', async () => {
    const [jane, omar] = [await signedIn('jane'), await signedIn('omar')]
    const added = (await jane('add-user', { login: 'sofia', name: 'Sofia Brandt' })).body
    invitations.set('sofia', added.invitation.code)
    const grant = await proposed(jane, added.user.id)
    expect((await jane('approve-grant', { id: grant })).status).toBe(403)
    expect((await omar('approve-grant', { id: grant })).body.state).toBe('holds')
    const { grants } = (await omar('grants', { asOf: null })).body
    const approvedBy = Object.fromEntries(grants.map(({ grant: { role }, approved }) => [role, approved?.by]))
    expect(approvedBy).toEqual({
      'sync-admin': 'operator',
      'privacy-officer': 'operator',
      supervisor: 'Omar Ray',
    })
  })

  it('lets her device in by invitation and authenticator, and no browser', async () => {
    await setsPassword('sofia')
    const attempt = async (host: 'browser' | 'electron') => {
      const shown = { host, password, invitation: invitations.get('sofia') ?? '', code: code('sofia') }
      const { body } = await call<Partial<Refusal>>((await started()).url, 'enrol', enrolBody('sofia', shown))
      return body.error?.code ?? 'let in'
    }
    expect([await attempt('browser'), await attempt('electron')]).toEqual(['access.host-refused', 'let in'])
  })

  it('lets a keeper come in anew who lost everything, and nobody else', async () => {
    await stopped()
    await expect(run('let-in', 'sofia')).rejects.toMatchObject({ code: 'organisation.no-keeper' })
    expect((await run('let-in', 'omar')).code).toBe(0)
    const ask = withoutSession((await started()).url)
    expect((await ask('sign-in', { login: 'omar', password, code: code('omar') })).status).toBe(401)
    await setsPassword('omar')
    const omar = await signedIn('omar')
    const { entries } = (await omar('audit', { record: null, user: null, before: null })).body
    expect(entries.map(({ action }) => action)).toContain('let-in')
    await stopped()
    let said = ''
    expect(await runAudit(['verify'], { write: (text) => (said += text) }, environment())).toBe(0)
    expect(said).toContain('whole')
  })
})

async function proposed(by: ConsoleAsk, userId: Id): Promise<Id> {
  const from = new Date(now).toISOString()
  const wanted = { userId, role: 'supervisor', scope: 'org', from, until: null } as const
  return (await by('propose-grant', { ...wanted, reason: 'She leads the desk.' })).body.grant.id
}
