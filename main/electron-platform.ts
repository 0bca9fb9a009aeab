import { readFile, stat, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { dialog, Notification, safeStorage, shell } from 'electron'
import type { BrowserWindow } from 'electron'
import type { HostInfo } from '#app/host/index.ts'
import { AppError } from '#app/kernel/index.ts'
import { createKeeper } from './keys.ts'
import type { Keyring } from './keys.ts'
import type { KeptPins } from './kept-pins.ts'
import type { Platform } from './platform.ts'
import { sealedFiles } from './sealed-files.ts'
import type { Updates } from './updates.ts'

const MAX_OPENED_BYTES = 64 * 1024 * 1024

export type ElectronPlatformParts = {
  readonly info: HostInfo
  readonly keysFolder: string
  /** A checkout that talks to its own machine has synthetic data only, and may do without a keyring. */
  readonly admitsPlainKeyring: boolean
  readonly pins: Pick<KeptPins, 'announced'>
  readonly updates: Updates
  window(): BrowserWindow
}

export function electronPlatform(parts: ElectronPlatformParts): Platform {
  return {
    info: parts.info,
    keeper: createKeeper(sealedFiles(parts.keysFolder), electronKeyring(parts.admitsPlainKeyring)),
    async saveFile({ name, bytes }) {
      const { canceled, filePath } = await dialog.showSaveDialog(parts.window(), {
        defaultPath: basename(name),
      })
      if (canceled || filePath === '') return false
      await writeFile(filePath, bytes, { mode: 0o600 })
      return true
    },
    async openFile(accept) {
      const filters = [{ name: 'Files', extensions: accept.map((extension) => extension.replace(/^\./, '')) }]
      const asked = await dialog.showOpenDialog(parts.window(), { properties: ['openFile'], filters })
      const path = asked.filePaths[0]
      if (asked.canceled || path === undefined) return null
      if ((await stat(path)).size > MAX_OPENED_BYTES) {
        throw new AppError('request.too-large', { limit: MAX_OPENED_BYTES })
      }
      return { name: basename(path), bytes: new Uint8Array(await readFile(path)) }
    },
    notify({ title, body }) {
      new Notification({ title, body }).show()
    },
    openOutside: (address) => shell.openExternal(address),
    pinServer: (pins) => parts.pins.announced(pins),
    async print() {
      parts.window().webContents.print()
    },
    updateState: () => parts.updates.state(),
  }
}

/**
 * `safeStorage` by its asynchronous calls, which do not stop the process while the system's keyring asks the user. On
 * Linux without a keyring it seals with a key that everybody knows (`basic_text`): refused.
 */
function electronKeyring(admitsPlain: boolean): Keyring {
  return {
    async isSecure() {
      if (!(await safeStorage.isAsyncEncryptionAvailable())) return false
      if (process.platform !== 'linux') return true
      const backend = safeStorage.getSelectedStorageBackend()
      return admitsPlain || (backend !== 'basic_text' && backend !== 'unknown')
    },
    seal: (text) => safeStorage.encryptStringAsync(text),
    async unseal(bytes) {
      const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(bytes)
      return { text: result, renew: shouldReEncrypt }
    },
  }
}
