import type { HostInfo, HostPayload, HostResult } from '#app/host/index.ts'
import type { Keeper } from './keys.ts'

/** What the handlers need of the machine; Electron gives it in the application, tests give their own. */
export type Platform = {
  readonly info: HostInfo
  readonly keeper: Keeper
  saveFile(file: HostPayload<'saveFile'>): Promise<boolean>
  openFile(accept: readonly string[]): Promise<HostResult<'openFile'>>
  notify(message: HostPayload<'notify'>): void
  /** Hands an address to the person's own browser. */
  openOutside(address: string): Promise<void>
  /** Keeps the keys that the server announced; false where they were not kept. */
  pinServer(pins: readonly string[]): boolean
  print(): Promise<void>
  updateState(): HostResult<'updateState'>
}
