import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DEMO_PASSWORD } from '../seed/index.ts'
import { startTestServer } from '../testing/test-server.ts'
import type { TestServer } from '../testing/test-server.ts'
import { runFhir } from './cli.ts'

let server: TestServer
let folder: string

beforeAll(async () => {
  server = await startTestServer()
  folder = join(await mkdtemp(join(tmpdir(), 'rounds-fhir-')), 'key')
})
afterAll(async () => {
  await server.close()
  await rm(join(folder, '..'), { recursive: true, force: true })
})

async function run(...args: string[]): Promise<{ readonly code: number; readonly said: string }> {
  let said = ''
  const output = { write: (text: string) => void (said += text) }
  const password = async () => DEMO_PASSWORD
  const code = await runFhir([...args, '--server', server.url], { output, password })
  return { code, said: said.trim() }
}

const admin = ['--login', 'sam']
const paper = ['--ours', 'Synthetic Clinic', '--theirs', 'Synthetic Analytics', '--title', 'Contract 17']

describe('npm run fhir', () => {
  it('registers an agreement and a client, which then gets in until it is revoked', async () => {
    expect((await run('key', folder)).code).toBe(0)
    expect((await stat(join(folder, 'key.json'))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(folder, 'jwks.json'), 'utf8')).not.toContain('"d"')
    await expect(run('key', folder)).rejects.toMatchObject({ code: 'EEXIST' })

    const agreement = await run(
      'agreement',
      'add',
      '--kind',
      'baa',
      ...paper,
      '--from',
      '2020-01-01',
      ...admin,
    )
    expect(agreement.code).toBe(0)
    expect((await run('agreement', 'list', ...admin)).said).toContain('Synthetic Analytics')
    const about = ['--name', 'Reports', '--purpose', 'operations', '--scope', 'system/Patient.rs']
    const may = ['--grant', 'supervisor@org', '--jwks', join(folder, 'jwks.json')]
    const client = await run('client', 'add', '--agreement', agreement.said, ...about, ...may, ...admin)
    expect(client.code).toBe(0)
    expect((await run('client', 'list', ...admin)).said).toContain(client.said)

    const scope = ['--scope', 'system/Patient.rs']
    const token = await run('token', client.said, '--key', join(folder, 'key.json'), ...scope)
    expect(token.code).toBe(0)
    const ask = () =>
      fetch(`${server.url}/fhir/Patient?_count=1`, { headers: { authorization: `Bearer ${token.said}` } })
    expect((await ask()).status).toBe(200)
    expect((await run('client', 'revoke', client.said, ...admin)).code).toBe(0)
    expect((await ask()).status).toBe(401)
    expect(await run('token', client.said, '--key', join(folder, 'key.json'))).toEqual({
      code: 1,
      said: 'invalid_client',
    })
    const actions = (await server.store.audit.read({ limit: 20 })).map(({ action }) => action)
    for (const action of ['add-agreement', 'add-fhir-client', 'revoke-fhir-client'])
      expect(actions).toContain(action)
  })

  it('registers nobody without an agreement in force, and nothing that makes no sense', async () => {
    const agreement = await run(
      'agreement',
      'add',
      '--kind',
      'dua',
      ...paper,
      '--from',
      '2020-01-01',
      ...admin,
    )
    expect((await run('agreement', 'end', agreement.said, ...admin)).code).toBe(0)
    const about = [
      '--name',
      'Late',
      '--purpose',
      'research',
      '--scope',
      'system/*.rs',
      '--grant',
      'supervisor@org',
    ]
    const keys = ['--jwks', join(folder, 'jwks.json')]
    const late = run('client', 'add', '--agreement', agreement.said, ...about, ...keys, ...admin)
    await expect(late).rejects.toMatchObject({ code: 'request.invalid' })
    const wrong = ['--jwks-url', 'http://client.example/']
    expect(
      (await run('client', 'add', '--agreement', agreement.said, ...about, ...wrong, ...admin)).code,
    ).toBe(2)
    expect(
      (await run('agreement', 'add', '--kind', 'handshake', ...paper, '--from', '2020-01-01', ...admin)).code,
    ).toBe(2)
    expect(await run('client', 'add')).toMatchObject({ code: 2, said: expect.stringContaining('Usage') })
  })

  it('is an administrator’s', async () => {
    await expect(run('client', 'list', '--login', 'carla')).rejects.toMatchObject({
      code: 'access.forbidden',
    })
  })
})
