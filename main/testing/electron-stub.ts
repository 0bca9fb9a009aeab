import { EventEmitter } from 'node:events'
import { keyringInMemory } from './keyring-in-memory.ts'

// Stands in for the module `electron` when the built main process is run in Node: it does what the application relies on
// and notes what it was asked. `main/testing/run-built-main.ts` reads the notes.

type Listener = (...values: unknown[]) => unknown

export const notes = {
  schemes: [] as unknown[],
  windows: [] as {
    options: unknown
    destroyed: boolean
    crashed: boolean
    addresses: string[]
    sent: unknown[][]
  }[],
  session: {} as Record<string, Listener>,
  protocols: new Map<string, (request: Request) => Promise<Response>>(),
  calls: new Map<string, Listener>(),
  contents: { openHandler: null as Listener | null, events: new EventEmitter() },
  errors: [] as string[],
  opened: [] as string[],
  isSandboxed: false,
  quits: 0,
}

const keyring = keyringInMemory()

class App extends EventEmitter {
  readonly isPackaged = false
  enableSandbox() {
    notes.isSandboxed = true
  }
  requestSingleInstanceLock() {
    return true
  }
  whenReady() {
    return Promise.resolve()
  }
  getPath() {
    return process.env['ROUNDS_USER_DATA'] ?? ''
  }
  getVersion() {
    return '0.1.0'
  }
  quit() {
    notes.quits += 1
  }
  exit() {
    notes.quits += 1
  }
}

export const app = new App()
export const powerMonitor = new EventEmitter()
export const Menu = { setApplicationMenu: () => undefined }
export const dialog = {
  showErrorBox: (title: string) => void notes.errors.push(title),
  showSaveDialog: async () => ({ canceled: true, filePath: '' }),
  showOpenDialog: async () => ({ canceled: true, filePaths: [] }),
}
export const shell = { openExternal: async (address: string) => void notes.opened.push(address) }
export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown[]) => void notes.schemes.push(...schemes),
  handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
    void notes.protocols.set(scheme, handler),
}
export const session = {
  defaultSession: new Proxy(
    {},
    {
      get: (_, name) => (handler: Listener) => {
        notes.session[String(name)] = handler
      },
    },
  ),
}
export const safeStorage = {
  isAsyncEncryptionAvailable: async () => true,
  getSelectedStorageBackend: () => 'gnome_libsecret',
  encryptStringAsync: (text: string) => keyring.seal(text),
  async decryptStringAsync(bytes: Buffer) {
    const { text, renew } = await keyring.unseal(bytes)
    return { result: text, shouldReEncrypt: renew }
  },
}
export const ipcMain = Object.assign(new EventEmitter(), {
  handle: (channel: string, handler: Listener) => void notes.calls.set(channel, handler),
})

export class Notification {
  show() {
    return undefined
  }
}

export class BrowserWindow extends EventEmitter {
  readonly note: (typeof notes.windows)[number]
  readonly webContents

  constructor(options: unknown) {
    super()
    const note = {
      options,
      destroyed: false,
      crashed: false,
      addresses: [] as string[],
      sent: [] as unknown[][],
    }
    this.note = note
    notes.windows.push(note)
    this.webContents = Object.assign(notes.contents.events, {
      setWindowOpenHandler: (handler: Listener) => void (notes.contents.openHandler = handler),
      forcefullyCrashRenderer: () => void (note.crashed = true),
      send: (...values: unknown[]) => void note.sent.push(values),
      print: () => undefined,
    })
    app.emit('web-contents-created', {}, this.webContents)
  }
  async loadURL(address: string) {
    this.note.addresses.push(address)
  }
  show() {
    return undefined
  }
  restore() {
    return undefined
  }
  focus() {
    return undefined
  }
  destroy() {
    this.note.destroyed = true
    this.emit('closed')
    app.emit('window-all-closed')
  }
}
