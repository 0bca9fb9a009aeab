import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { app, BrowserWindow, dialog, ipcMain, Menu, powerMonitor, protocol, session } from 'electron'
import type { HostCall, HostEvent } from '#app/host/index.ts'
import { AppError, codeOf, remedy, says } from '#app/kernel/index.ts'
import { callChannels, EVENT_CHANNEL, RESTART_CHANNEL } from './channels.ts'
import { electronPlatform } from './electron-platform.ts'
import { answerCall, createHandlers } from './handlers.ts'
import { createLockGuard } from './lock-guard.ts'
import { keptPins } from './kept-pins.ts'
import type { KeptPins } from './kept-pins.ts'
import { certificateVerdict, isBelieved, keyPin } from './pins.ts'
import { CLIENT_ORIGIN, CLIENT_SCHEME, isOwnFrame, mayNavigate, mayUse } from './policy.ts'
import { answerClient } from './protocol.ts'
import { isLoopback, readSettings } from './settings.ts'
import type { Settings } from './settings.ts'
import { createUpdates } from './updates.ts'
import { windowOptions } from './window.ts'

// Wires Electron to the pure parts; decides nothing itself. No top-level await on `whenReady`: it deadlocks an ES module.

const rendererFolder = join(import.meta.dirname, '../renderer')
const preloadFile = join(import.meta.dirname, '../preload/preload.cjs')

/** The one window. A second owner of the replica would have to wait for its lock. */
let window: BrowserWindow | null = null
let isRestarting = false

protocol.registerSchemesAsPrivileged([
  {
    scheme: CLIENT_SCHEME,
    privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
  },
])

if (app.requestSingleInstanceLock()) {
  app.enableSandbox()
  app.on('second-instance', () => {
    window?.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => {
    if (!isRestarting) app.quit()
  })
  app.on('web-contents-created', (_, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.on('will-frame-navigate', (event) => {
      if (!mayNavigate(event.url)) event.preventDefault()
    })
    contents.on('will-redirect', (event) => {
      if (!mayNavigate(event.url)) event.preventDefault()
    })
  })
  app.whenReady().then(start).catch(stopWithReason)
} else {
  app.quit()
}

function start(): void {
  const settings = readSettings({
    file: join(app.getPath('userData'), 'server.json'),
    packaged: app.isPackaged,
    environment: process.env,
  })
  Menu.setApplicationMenu(null)
  const { server, pins: laidDown } = settings
  const file = join(app.getPath('userData'), 'pins.json')
  const pins = keptPins({ file, server, laidDown, onChange: () => judgeCertificates(settings, pins) })
  guardSession()
  judgeCertificates(settings, pins)
  serveClient(settings)
  answerClientCalls(settings, pins)
  watchMachine()
  openWindow()
}

function guardSession(): void {
  const own = session.defaultSession
  own.setPermissionRequestHandler((_, permission, callback, details) =>
    callback(mayUse(permission, details.requestingUrl)),
  )
  own.setPermissionCheckHandler((_, permission, origin) => mayUse(permission, origin))
  own.setDevicePermissionHandler(() => false)
  own.setSpellCheckerEnabled(false)
}

/** Set anew, Electron forgets the verdicts that it kept. */
function judgeCertificates({ server }: Settings, pins: KeptPins): void {
  session.defaultSession.setCertificateVerifyProc((request, callback) => {
    const { hostname, verificationResult } = request
    const { data } = request.certificate
    const verdict = certificateVerdict(pins.all(), server, { hostname, verificationResult, data })
    if (hostname === new URL(server).hostname && isBelieved(verdict, verificationResult))
      pins.believed(keyPin(data))
    callback(verdict)
  })
}

function serveClient({ server }: Settings): void {
  const source = {
    folder: rendererFolder,
    serverUrl: server,
    newNonce: () => randomBytes(16).toString('base64'),
  }
  protocol.handle(CLIENT_SCHEME, async (request) => {
    const { status, headers, body } = await answerClient(source, request.method, request.url)
    return new Response(typeof body === 'string' ? body : new Uint8Array(body), { status, headers })
  })
}

function answerClientCalls({ server }: Settings, pins: KeptPins): void {
  const platform = electronPlatform({
    info: {
      kind: 'electron',
      version: app.getVersion(),
      platform: process.platform,
      keeper: 'system',
      serverUrl: server,
    },
    keysFolder: join(app.getPath('userData'), 'keys'),
    admitsPlainKeyring: !app.isPackaged && isLoopback(server),
    pins,
    updates: createUpdates(),
    window: currentWindow,
  })
  const handlers = createHandlers(platform)
  for (const call of Object.keys(callChannels) as HostCall[]) {
    ipcMain.handle(callChannels[call], (event, payload: unknown) =>
      answerCall(handlers, call, event.senderFrame, payload),
    )
  }
}

function watchMachine(): void {
  const guard = createLockGuard({ send: tellClient, restart: restartClient, after })
  powerMonitor.on('suspend', () => guard.machineLocks('suspend'))
  powerMonitor.on('lock-screen', () => guard.machineLocks('screen-lock'))
  powerMonitor.on('shutdown', () => guard.machineLocks('shutdown'))
  ipcMain.on(RESTART_CHANNEL, (event) => {
    if (!isOwnFrame(event.senderFrame)) return
    guard.clientRestarted()
    restartClient()
  })
}

function after(milliseconds: number, action: () => void): () => void {
  const timer = setTimeout(action, milliseconds)
  return () => clearTimeout(timer)
}

function tellClient(event: HostEvent): void {
  window?.webContents.send(EVENT_CHANNEL, event)
}

function openWindow(): void {
  const opened = new BrowserWindow(windowOptions(preloadFile, app.isPackaged))
  opened.once('ready-to-show', () => opened.show())
  opened.on('closed', () => {
    if (window === opened) window = null
  })
  window = opened
  opened.loadURL(`${CLIENT_ORIGIN}/`).catch(stopWithReason)
}

/** Ends the client's process, whose memory held keys and documents, and opens a fresh one at the lock screen. */
function restartClient(): void {
  const old = window
  isRestarting = true
  old?.webContents.forcefullyCrashRenderer()
  old?.destroy()
  openWindow()
  isRestarting = false
}

function currentWindow(): BrowserWindow {
  if (window === null) throw new AppError('host.unavailable', { what: 'show a window' })
  return window
}

function stopWithReason(fault: unknown): void {
  const code = codeOf(fault)
  const facts = fault instanceof AppError ? fault.facts : {}
  dialog.showErrorBox(says(code, facts), remedy(code, facts))
  app.exit(1)
}
