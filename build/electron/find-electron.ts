import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Place = {
  /** `node_modules/electron`. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * Electron's program, or null where its binary was never fetched. Looks at files only: `require('electron')` would start
 * the download.
 */
export function findElectron({ folder, environment }: Place): string | null {
  const pathFile = join(folder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : null
  const override = environment['ELECTRON_OVERRIDE_DIST_PATH']
  if (override !== undefined && override !== '') return existing(join(override, name ?? 'electron'))
  return name === null ? null : existing(join(folder, 'dist', name))
}

export type Machine = {
  readonly platform: string
  readonly isRoot: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Why Electron can not open a window on this machine, or null where it can. */
export function whyNoWindow({ platform, isRoot, environment }: Machine): string | null {
  if (platform !== 'linux') return null
  if (isRoot) return 'Electron keeps its sandbox, which root can not have'
  const hasDisplay = [environment['DISPLAY'], environment['WAYLAND_DISPLAY']].some(
    (name) => (name ?? '') !== '',
  )
  return hasDisplay ? null : 'there is no display'
}

function existing(path: string): string | null {
  return existsSync(path) ? path : null
}
