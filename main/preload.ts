import { contextBridge, ipcRenderer } from 'electron'
import type { HostCall, HostEvent, HostPayload, HostPort, HostResult } from '#app/host/index.ts'
import type { Result } from '#app/kernel/index.ts'
import { callChannels, EVENT_CHANNEL, RESTART_CHANNEL } from './channels.ts'

// All that the page gets of Electron: thirteen functions, one subscription, one way to end itself. Types only come from
// `app`, so that the sandbox loads one small file.

function caller<Call extends HostCall>(call: Call) {
  return (payload: HostPayload<Call>): Promise<Result<HostResult<Call>>> =>
    ipcRenderer.invoke(callChannels[call], payload) as Promise<Result<HostResult<Call>>>
}

const port: HostPort = {
  info: caller('info'),
  bindKey: caller('bindKey'),
  knows: caller('knows'),
  deviceKey: caller('deviceKey'),
  sign: caller('sign'),
  forget: caller('forget'),
  saveFile: caller('saveFile'),
  openFile: caller('openFile'),
  notify: caller('notify'),
  openSignIn: caller('openSignIn'),
  pinServer: caller('pinServer'),
  print: caller('print'),
  updateState: caller('updateState'),
  on(listener) {
    // The event object of ipcRenderer must not reach the page: it leads back to ipcRenderer.
    const heard = (_: unknown, event: HostEvent) => listener(event)
    ipcRenderer.on(EVENT_CHANNEL, heard)
    return () => ipcRenderer.off(EVENT_CHANNEL, heard)
  },
  restart: () => ipcRenderer.send(RESTART_CHANNEL),
}

contextBridge.exposeInMainWorld('rounds', port)
