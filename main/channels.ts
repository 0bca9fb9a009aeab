import type { HostCall } from '#app/host/index.ts'

// One channel an operation, so that each is named, typed and checked on its own; a call without one does not compile.

export const callChannels = {
  info: 'rounds:info',
  bindKey: 'rounds:bind-key',
  knows: 'rounds:knows',
  deviceKey: 'rounds:device-key',
  sign: 'rounds:sign',
  forget: 'rounds:forget',
  saveFile: 'rounds:save-file',
  openFile: 'rounds:open-file',
  notify: 'rounds:notify',
  openSignIn: 'rounds:open-sign-in',
  pinServer: 'rounds:pin-server',
  print: 'rounds:print',
  updateState: 'rounds:update-state',
} as const satisfies Record<HostCall, string>

export const RESTART_CHANNEL = 'rounds:restart'
/** From main to the window. */
export const EVENT_CHANNEL = 'rounds:event'
