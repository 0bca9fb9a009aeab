import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { answerClient, clientFile } from './protocol.ts'

describe('the file an address stands for', () => {
  it.each([
    ['app://rounds/', 'index.html'],
    ['app://rounds', 'index.html'],
    ['app://rounds/patients/0189?tab=timeline', 'index.html'],
    ['app://rounds/assets/index-a1b2.js', 'assets/index-a1b2.js'],
    ['app://rounds/icon.svg#part', 'icon.svg'],
    // The steps up are gone before we see the path.
    ['app://rounds/%2e%2e/%2e%2e/one.js', 'one.js'],
  ])('%s is %s', (address, file) => {
    expect(clientFile(address)).toBe(file)
  })

  it.each([
    'app://other/index.html',
    'https://rounds/index.html',
    'app://rounds/..%2f..%2fetc/passwd.js',
    'app://rounds/assets%5c..%5c..%5csecret.js',
    'app://rounds/C:%5cwindows%5cx.js',
    'app://rounds/assets/%00.js',
    'app://rounds/.env.js',
    'app://rounds/%E0%A4%A.js',
    'app://rounds/program.exe',
  ])('%s is none', (address) => {
    expect(clientFile(address)).toBeNull()
  })

  it('never leaves the folder, whatever the path', () => {
    const steps = [
      '..',
      '.',
      '%2e%2e',
      '%2E.',
      '%2f',
      '\\',
      '%5c',
      '%00',
      'a',
      'b.js',
      '~',
      'C:',
      '//',
      '%252e%252e',
      ' ',
    ]
    const paths = fc.array(fc.oneof(fc.constantFrom(...steps), fc.string({ maxLength: 6 })), { maxLength: 8 })
    fc.assert(
      fc.property(paths, fc.constantFrom('/', ''), (parts, between) => {
        const file = clientFile(`app://rounds/${parts.join(between)}`)
        if (file === null) return
        const folder = resolve('/client')
        const inside = relative(folder, resolve(folder, file))
        expect(inside.startsWith('..')).toBe(false)
        expect(file).toMatch(/^[\w@~-][\w.@~-]*(\/[\w@~-][\w.@~-]*)*$/)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('an answer', () => {
  let folder = ''
  let loads = 0

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rounds-client-'))
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'index.html'), '<meta name="csp-nonce" content="__ROUNDS_NONCE__">')
    writeFileSync(join(folder, 'assets/a.js'), 'export const nonce = "__ROUNDS_NONCE__"')
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const ask = (address: string, method = 'GET') =>
    answerClient(
      { folder, serverUrl: 'https://rounds.example:8443', newNonce: () => `nonce${(loads += 1)}` },
      method,
      address,
    )

  it('carries a fresh nonce in the page and in its policy', async () => {
    const [one, two] = [await ask('app://rounds/'), await ask('app://rounds/')]
    const nonces = [one, two].map(({ body }) => /content="(nonce\d+)"/.exec(String(body))?.[1] ?? '')
    expect(new Set(nonces).size).toBe(2)
    expect(one.headers['content-security-policy']).toContain(`'nonce-${nonces[0]}'`)
  })

  it('lets the client speak to its server and to nobody else, without inline or evaluated code', async () => {
    const policy = (await ask('app://rounds/')).headers['content-security-policy'] ?? ''
    expect(policy).toContain(`connect-src 'self' https://rounds.example:8443;`)
    expect(policy).toContain(`default-src 'none'`)
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/)
  })

  it('leaves other files as they are, and names their type', async () => {
    const script = await ask('app://rounds/assets/a.js')
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
    })
    expect(String(script.body)).toContain('__ROUNDS_NONCE__')
  })

  it('is a plain 404 for what is not there, and for every method that would change something', async () => {
    expect((await ask('app://rounds/assets/b.js')).status).toBe(404)
    expect((await ask('app://rounds/', 'POST')).status).toBe(404)
  })
})
