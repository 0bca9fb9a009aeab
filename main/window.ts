import type { BrowserWindowConstructorOptions, WebPreferences } from 'electron'

/** The renderer is a stranger: sandboxed, isolated, without Node, without any way to another page. */
export function hardenedPreferences(preload: string, packaged: boolean): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    // Chromium's checker fetches its dictionaries from the network.
    spellcheck: false,
    devTools: !packaged,
    disableDialogs: true,
    safeDialogs: true,
    // The replica goes on syncing when another window covers it.
    backgroundThrottling: false,
  }
}

export function windowOptions(preload: string, packaged: boolean): BrowserWindowConstructorOptions {
  return {
    width: 1280,
    height: 840,
    minWidth: 800,
    minHeight: 560,
    show: false,
    title: 'Rounds',
    autoHideMenuBar: true,
    webPreferences: hardenedPreferences(preload, packaged),
  }
}
