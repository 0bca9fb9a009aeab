import type { HostPayload, HostResult } from '#app/host/index.ts'

/** What the browser host asks of the page it runs in. */
export type Page = {
  readonly platform: string
  saveFile(file: HostPayload<'saveFile'>): void
  openFile(accept: readonly string[]): Promise<HostResult<'openFile'>>
  notify(message: HostPayload<'notify'>): void
  /** In a tab of its own, which hears nothing of this one. */
  openTab(address: string): void
  print(): void
  /** Asks the browser not to throw its storage away when room gets scarce. */
  keepStorage(): void
  /** Answers what ends the listening. */
  onNetwork(listener: (online: boolean) => void): () => void
  /** Leaves for the way in: the page with all it holds is gone, and its workers with it. */
  leave(): void
}

export const browserPage: Page = {
  platform: navigator.platform,
  saveFile({ name, type, bytes }) {
    const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type }))
    const link = document.createElement('a')
    link.href = url
    link.download = name
    link.click()
    // The browser has taken the bytes over once the click is handled.
    setTimeout(() => URL.revokeObjectURL(url))
  },
  openFile: chooseFile,
  notify({ title, body }) {
    if (!('Notification' in globalThis) || Notification.permission !== 'granted') return
    const shown = new Notification(title, { body })
    shown.addEventListener('click', () => shown.close())
  },
  openTab: (address) => void window.open(address, '_blank', 'noopener'),
  print: () => globalThis.print(),
  // A browser that says no keeps it for as long as it has room.
  keepStorage: () => void navigator.storage.persist().catch(() => false),
  onNetwork(listener) {
    const online = () => listener(true)
    const offline = () => listener(false)
    addEventListener('online', online)
    addEventListener('offline', offline)
    return () => {
      removeEventListener('online', online)
      removeEventListener('offline', offline)
    }
  },
  // Without a fragment this loads the page anew even from its own address.
  leave: () => location.replace('/'),
}

function chooseFile(accept: readonly string[]): Promise<HostResult<'openFile'>> {
  const input = document.createElement('input')
  input.type = 'file'
  input.accept = accept.join(',')
  return new Promise((resolve, reject) => {
    input.addEventListener('cancel', () => resolve(null))
    input.addEventListener('change', () => {
      const file = input.files?.[0]
      if (file === undefined) return resolve(null)
      file.bytes().then((bytes) => resolve({ name: file.name, bytes }), reject)
    })
    input.click()
  })
}
