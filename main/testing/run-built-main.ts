import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { CLIENT_ORIGIN } from '../policy.ts'
import { notes, powerMonitor, ipcMain } from './electron-stub.ts'

// Runs the built main process in Node with `electron` replaced, uses it as a page would, and prints what happened.

const stub = new URL('electron-stub.ts', import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: stub, shortCircuit: true } : next(specifier, context),
})

const { positionals } = parseArgs({ allowPositionals: true })
await import(pathToFileURL(positionals[0] ?? '').href)
await new Promise((resolve) => setImmediate(resolve))

const ownFrame = { senderFrame: { origin: CLIENT_ORIGIN, parent: null } }
const strange = { senderFrame: { origin: 'https://elsewhere.example', parent: null } }
const call = (channel: string, event: unknown, payload: unknown) => notes.calls.get(channel)?.(event, payload)
const replicaId = '01890000-0000-7000-8000-000000000001'

const page = await notes.protocols.get('app')?.(new Request(`${CLIENT_ORIGIN}/`))
const outside = await notes.protocols.get('app')?.(new Request(`${CLIENT_ORIGIN}/..%2f..%2fpackage.json`))
const answers = {
  info: await call('rounds:info', ownFrame, {}),
  key: await call('rounds:device-key', ownFrame, { replicaId }),
  strange: await call('rounds:device-key', strange, { replicaId }),
  wrong: await call('rounds:sign', ownFrame, { replicaId }),
  signIn: await call('rounds:open-sign-in', ownFrame, { page: 'p'.repeat(43) }),
  strangeSignIn: await call('rounds:open-sign-in', strange, { page: 'q'.repeat(43) }),
}

let isStopped = false
notes.contents.events.emit('will-frame-navigate', {
  url: 'https://elsewhere.example/',
  preventDefault: () => (isStopped = true),
})
const permissions: boolean[] = []
const note = (given: boolean) => permissions.push(given)
notes.session['setPermissionRequestHandler']?.({}, 'media', note, { requestingUrl: `${CLIENT_ORIGIN}/` })
notes.session['setPermissionRequestHandler']?.({}, 'persistent-storage', note, {
  requestingUrl: `${CLIENT_ORIGIN}/`,
})

powerMonitor.emit('lock-screen')
ipcMain.emit('rounds:restart', strange)
const windowsAfterStranger = notes.windows.length
ipcMain.emit('rounds:restart', ownFrame)

process.stdout.write(
  JSON.stringify({
    schemes: notes.schemes,
    isSandboxed: notes.isSandboxed,
    channels: [...notes.calls.keys()],
    sessionGuards: Object.keys(notes.session),
    windows: notes.windows,
    windowsAfterStranger,
    page: {
      status: page?.status,
      policy: page?.headers.get('content-security-policy'),
      text: await page?.text(),
    },
    outside: outside?.status,
    answers,
    isStopped,
    opened: notes.contents.openHandler?.({ url: `${CLIENT_ORIGIN}/` }),
    openedOutside: notes.opened,
    permissions,
    errors: notes.errors,
    quits: notes.quits,
  }),
)
process.exit(0)
