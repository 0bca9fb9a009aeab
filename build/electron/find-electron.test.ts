import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findElectron, whyNoWindow } from './find-electron.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rounds-electron-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(path: string, text = ''): void {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}

describe('the search for Electron', () => {
  it('finds nothing in a package whose binary was never fetched, or was taken away', () => {
    expect(findElectron({ folder, environment: {} })).toBeNull()
    put('path.txt', 'electron')
    expect(findElectron({ folder, environment: {} })).toBeNull()
  })

  it('finds the fetched binary, and the one that the environment names', () => {
    put('path.txt', 'Electron.app/Contents/MacOS/Electron')
    put('dist/Electron.app/Contents/MacOS/Electron')
    expect(findElectron({ folder, environment: {} })).toBe(
      join(folder, 'dist/Electron.app/Contents/MacOS/Electron'),
    )
    const own = join(folder, 'own')
    expect(findElectron({ folder, environment: { ELECTRON_OVERRIDE_DIST_PATH: own } })).toBeNull()
    put('own/Electron.app/Contents/MacOS/Electron')
    expect(findElectron({ folder, environment: { ELECTRON_OVERRIDE_DIST_PATH: own } })).toContain(own)
  })
})

describe('a window', () => {
  const linux = { platform: 'linux', isRoot: false, environment: { DISPLAY: ':0' } }

  it('opens where there is a display and a sandbox', () => {
    expect(whyNoWindow(linux)).toBeNull()
    expect(whyNoWindow({ platform: 'darwin', isRoot: true, environment: {} })).toBeNull()
    expect(whyNoWindow({ ...linux, environment: { WAYLAND_DISPLAY: 'wayland-0' } })).toBeNull()
  })

  it('does not open for root, or without a display', () => {
    expect(whyNoWindow({ ...linux, isRoot: true })).toMatch('root')
    expect(whyNoWindow({ ...linux, environment: { DISPLAY: '' } })).toMatch('display')
  })
})
