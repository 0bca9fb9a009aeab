import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callChannels } from '#main/channels.ts'
import { root } from './targets.ts'

// The main process and the preload are bundled as `npm run build` does, and run in Node with `electron` replaced.

let folder = ''
let seen: SeenMain

type SeenMain = {
  readonly schemes: readonly unknown[]
  readonly isSandboxed: boolean
  readonly channels: readonly string[]
  readonly sessionGuards: readonly string[]
  readonly windows: readonly {
    readonly options: { readonly webPreferences: Readonly<Record<string, unknown>> }
    readonly destroyed: boolean
    readonly crashed: boolean
    readonly addresses: readonly string[]
    readonly sent: readonly unknown[]
  }[]
  readonly windowsAfterStranger: number
  readonly page: { readonly status: number; readonly policy: string; readonly text: string }
  readonly outside: number
  readonly answers: Readonly<
    Record<'info' | 'key' | 'strange' | 'wrong' | 'signIn' | 'strangeSignIn', unknown>
  >
  readonly isStopped: boolean
  readonly opened: unknown
  readonly openedOutside: readonly string[]
  readonly permissions: readonly boolean[]
  readonly errors: readonly string[]
  readonly quits: number
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rounds-main-'))
  for (const name of ['main', 'preload']) {
    const configFile = join(root, `build/vite/${name}.config.ts`)
    const outDir = join(folder, 'dist', name)
    await build({ configFile, configLoader: 'native', logLevel: 'warn', build: { outDir } })
  }
  await mkdir(join(folder, 'dist/renderer'), { recursive: true })
  await writeFile(
    join(folder, 'dist/renderer/index.html'),
    '<title>Rounds</title><meta content="__ROUNDS_NONCE__">',
  )
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(root, 'main/testing/run-built-main.ts'), join(folder, 'dist/main/index.js')],
    { cwd: root, env: { ...process.env, ROUNDS_SERVER: 'http://127.0.0.1:7400', ROUNDS_USER_DATA: folder } },
  )
  seen = JSON.parse(stdout) as SeenMain
})

afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('the built main process', () => {
  it('starts without a fault, sandboxed, with its own scheme', () => {
    expect(seen).toMatchObject({ errors: [], quits: 0, isSandboxed: true })
    expect(seen.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
    ])
  })

  it('opens one window that knows no Node, isolated and sandboxed, on its own page', () => {
    const [first] = seen.windows
    expect(first?.addresses).toEqual(['app://rounds/'])
    expect(first?.options.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      spellcheck: false,
      preload: join(folder, 'dist/preload/preload.cjs'),
    })
  })

  it('serves the page with a nonce and a strict policy, and nothing outside its folder', () => {
    expect(seen.page).toMatchObject({ status: 200 })
    expect(seen.page.text).toMatch(/content="[\w+/]{22}=="/)
    expect(seen.page.policy).toContain(`connect-src 'self' http://127.0.0.1:7400`)
    expect(seen.outside).toBe(404)
  })

  it('answers each call on a channel of its own, and strangers not at all', () => {
    expect(seen.channels.toSorted()).toEqual(Object.values(callChannels).toSorted())
    expect(seen.answers).toMatchObject({
      info: { ok: true, value: { kind: 'electron', serverUrl: 'http://127.0.0.1:7400' } },
      key: { ok: true, value: { publicKey: expect.stringMatching(/^[\w+/]{43}=$/) } },
      strange: { ok: false, error: { code: 'access.forbidden' } },
      wrong: { ok: false, error: { code: 'request.invalid' } },
      signIn: { ok: true },
      strangeSignIn: { ok: false, error: { code: 'access.forbidden' } },
    })
  })

  it('sends the person’s browser to the server’s page of signing in, and nowhere else', () => {
    expect(seen.openedOutside).toEqual([`http://127.0.0.1:7400/console/sign-in/#${'p'.repeat(43)}`])
  })

  it('denies navigation, new windows and permissions', () => {
    expect(seen).toMatchObject({ isStopped: true, opened: { action: 'deny' }, permissions: [false, true] })
    expect(seen.sessionGuards).toEqual(
      expect.arrayContaining([
        'setPermissionRequestHandler',
        'setPermissionCheckHandler',
        'setCertificateVerifyProc',
      ]),
    )
  })

  it('tells the page when the screen locks, and ends its process when the page locks', () => {
    const [first, second] = seen.windows
    expect(first?.sent).toEqual([['rounds:event', { type: 'lock', why: 'screen-lock' }]])
    expect(seen.windowsAfterStranger).toBe(1)
    expect(first).toMatchObject({ destroyed: true, crashed: true })
    expect(second).toMatchObject({ destroyed: false, addresses: ['app://rounds/'] })
  })
})

describe('the built preload', () => {
  it('is one file that needs nothing but electron, and offers no way to ipcRenderer', async () => {
    const text = await readFile(join(folder, 'dist/preload/preload.cjs'), 'utf8')
    const needs = [...text.matchAll(/require\(["'](.+?)["']\)/g)].map((found) => found[1])
    expect(needs).toEqual(['electron'])
    const exposed: Record<string, unknown> = {}
    const electron = {
      ipcRenderer: {
        invoke: async (channel: string) => channel,
        on: () => undefined,
        off: () => undefined,
        send: () => undefined,
      },
      contextBridge: { exposeInMainWorld: (name: string, port: unknown) => void (exposed[name] = port) },
    }
    runInNewContext(text, { require: () => electron })
    const port = exposed['rounds'] as Record<string, (payload: unknown) => Promise<string>>
    expect(Object.keys(exposed)).toEqual(['rounds'])
    expect(Object.keys(port).toSorted()).toEqual([...Object.keys(callChannels), 'on', 'restart'].toSorted())
    expect(await port['bindKey']?.({})).toBe('rounds:bind-key')
  })
})
