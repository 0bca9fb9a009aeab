import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Scope } from '#app/kernel/index.ts'
import { atConsole } from '../../testing/console-caller.ts'
import type { ConsoleAsk } from '../../testing/console-caller.ts'
import { enrolDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

describe.each(['sqlite', 'postgres'] as const)('rights given at the console, over %s', (dialect) => {
  let server: TestServer
  let [sam, sofia, priya, otto]: ConsoleAsk[] = []
  beforeEach(async () => {
    server = await startTestServer({ dialect })
    const people = ['sam', 'sofia', 'priya', 'otto'].map((login) => atConsole(server.url, login))
    ;[sam, sofia, priya, otto] = await Promise.all(people)
  })
  afterEach(() => server.close())

  const proposal = (login: string, scope: Scope, more: { readonly until?: string | null } = {}) => ({
    userId: server.userId(login),
    role: 'coordinator' as const,
    scope,
    from: '2020-01-01T00:00:00.000Z',
    until: null,
    reason: 'Covers the other site for a month',
    ...more,
  })
  const actions = async () =>
    (await server.store.audit.read({ limit: 8 })).map(({ action, actor, facts }) => [
      action,
      actor,
      facts?.['role'],
    ])

  it('takes two: one proposes, another approves, and then it counts in open streams', async () => {
    const other: Scope = `site:${server.synthetic.sites[1].id}`
    const carla = await enrolDevice(server.url, 'carla')
    await carla.follow('patients')
    const stream = await carla.stream()
    await stream.next(({ type }) => type === 'heads')
    const before = carla.held.size

    const made = await sam?.('propose-grant', proposal('carla', other))
    expect(made?.body).toMatchObject({ state: 'proposed', proposed: { by: 'Sam Whitlock' }, approved: null })
    const id = made?.body.grant.id ?? ''
    await carla.follow('patients')
    expect(carla.held.size).toBe(before)

    const approved = await priya?.('approve-grant', { id })
    expect(approved?.body).toMatchObject({ state: 'holds', approved: { by: 'Priya Raman' } })
    await stream.next(({ type }) => type === 'resync')
    await carla.follow('patients')
    expect(carla.held.size).toBeGreaterThan(before)

    const ended = await sofia?.('end-grant', { id, reason: 'The month is over' })
    expect(ended?.body).toMatchObject({ state: 'over', ended: { by: 'Sofia Lindgren' } })
    await stream.next(({ type }) => type === 'resync')
    await carla.follow('patients')
    expect(carla.held.size).toBe(before)
    stream.close()
    expect((await actions()).filter(([action]) => String(action).endsWith('-grant'))).toEqual([
      ['end-grant', server.userId('sofia'), 'coordinator'],
      ['approve-grant', server.userId('priya'), 'coordinator'],
      ['propose-grant', server.userId('sam'), 'coordinator'],
    ])
  })

  it('is told as of any day', async () => {
    const made = await sam?.('propose-grant', proposal('colin', 'org'))
    const id = made?.body.grant.id ?? ''
    const [proposedAt, day] = [new Date(server.clock.now()).toISOString(), 86_400_000]
    server.clock.pass(60_000)
    await sofia?.('approve-grant', { id })
    const approvedAt = new Date(server.clock.now()).toISOString()
    server.clock.pass(20 * 60_000)
    await priya?.('end-grant', { id, reason: 'Was a mistake' })
    const endedAt = new Date(server.clock.now()).toISOString()
    const stateAt = async (asOf: string) =>
      (await otto?.('grants', { asOf }))?.body.grants.find(({ grant }) => grant.id === id)?.state
    const before = new Date(Date.parse(proposedAt) - day).toISOString()
    expect(await Promise.all([before, proposedAt, approvedAt, endedAt].map(stateAt))).toEqual([
      undefined,
      'proposed',
      'holds',
      'over',
    ])
    const now = await otto?.('grants', { asOf: null })
    expect(now?.body.grants.filter(({ state }) => state === 'holds').length).toBeGreaterThan(10)
  })

  it('can not be given to oneself, approved by who proposed it, or by who gets it', async () => {
    const sams = await sam?.('propose-grant', proposal('sam', 'org'))
    expect([sams?.status, sams?.body.error.code]).toEqual([403, 'access.forbidden'])
    const own = (await priya?.('propose-grant', proposal('carla', 'org')))?.body.grant.id ?? ''
    expect((await priya?.('approve-grant', { id: own }))?.status).toBe(403)
    const sofias = (await sam?.('propose-grant', proposal('sofia', 'sensitivity:hiv')))?.body.grant.id ?? ''
    expect((await sofia?.('approve-grant', { id: sofias }))?.status).toBe(403)
    const [held] = await server.store.access.grants(server.userId('sofia'))
    expect((await sofia?.('end-grant', { id: held?.id ?? '', reason: 'I want out' }))?.status).toBe(403)
    for (const login of ['carla', 'sofia']) {
      const grants = await server.store.access.grants(server.userId(login))
      expect(grants.some(({ id }) => [own, sofias].includes(id))).toBe(false)
    }
  })

  it('is refused to who may only look, and nonsense to everybody', async () => {
    expect((await otto?.('propose-grant', proposal('carla', 'org')))?.status).toBe(403)
    expect((await otto?.('end-grant', { id: newId(), reason: 'because' }))?.status).toBe(403)
    expect((await sam?.('approve-grant', { id: newId() }))?.status).toBe(403)
    expect((await sofia?.('approve-grant', { id: newId() }))?.status).toBe(400)
    const nonsense = [
      { ...proposal('carla', 'org'), userId: newId() },
      { ...proposal('carla', 'org'), reason: ' ' },
      { ...proposal('carla', 'org'), role: 'feed' as 'coordinator' },
      proposal('carla', 'sensitivity:everything'),
      proposal('carla', 'org', { until: '2019-01-01T00:00:00.000Z' }),
    ]
    for (const body of nonsense) expect((await sam?.('propose-grant', body))?.status).toBe(400)
  })

  it('ends a grant of the first days as well, once', async () => {
    const [first] = await server.store.access.grants(server.userId('amir'))
    const id = first?.id ?? ''
    expect((await sam?.('end-grant', { id, reason: 'Left the house' }))?.body.state).toBe('over')
    expect((await sam?.('end-grant', { id, reason: 'Left the house' }))?.status).toBe(400)
    const amir = await enrolDevice(server.url, 'amir')
    expect(amir.session.user.grants.find((grant) => grant.id === id)?.until).not.toBeNull()
  })

  it('offers people and places by name, and no patient', async () => {
    const body = (await sam?.('grant-choices', {}))?.body
    expect(body?.users).toHaveLength(11)
    expect(body?.places.map(({ name }) => name)).toEqual(
      expect.arrayContaining(
        [...server.synthetic.sites, ...server.synthetic.territories].map(({ name }) => name),
      ),
    )
    for (const { id, name } of server.synthetic.careTeams)
      expect(body?.places).toContainEqual({ scope: `team:${id}`, name: `Care team: ${name}` })
  })

  it('gives a care team like a site: its patients come to an open device, and go with the grant', async () => {
    const [, team] = server.synthetic.careTeams
    const theo = await enrolDevice(server.url, 'theo')
    await theo.follow('patients')
    const before = theo.held.size
    const stream = await theo.stream()
    await stream.next(({ type }) => type === 'heads')
    const asked = { ...proposal('theo', `team:${team.id}`), role: 'clinician' as const }
    const id = (await sam?.('propose-grant', asked))?.body.grant.id ?? ''
    await priya?.('approve-grant', { id })
    await stream.next(({ type }) => type === 'resync')
    const came = await theo.follow('patients')
    expect(came.length).toBeGreaterThan(0)
    for (const one of came) expect(one).toMatchObject({ careTeamIds: [team.id] })
    await sofia?.('end-grant', { id, reason: 'Only for a while' })
    await stream.next(({ type }) => type === 'resync')
    await theo.follow('patients')
    expect(theo.held.size).toBe(before)
    stream.close()
  })
})
