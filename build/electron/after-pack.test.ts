import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { FuseV1Options } from '@electron/fuses'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { root } from '../targets.ts'
import { fuses } from './fuses.ts'

const configuration = z
  .looseObject({
    asar: z.boolean(),
    files: z.array(z.string()),
    icon: z.string(),
    mac: z.looseObject({ entitlements: z.string() }),
  })
  .parse(parse(readFileSync(join(root, 'electron-builder.yml'), 'utf8')))

describe('the package', () => {
  it('has every fuse decided, and those that would let a stranger in off', () => {
    const known = Object.values(FuseV1Options).filter((value) => typeof value === 'number')
    for (const fuse of known) expect(fuses).toHaveProperty(String(fuse))
    expect(fuses).toMatchObject({
      strictlyRequireAllFuses: true,
      [FuseV1Options.RunAsNode]: false,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: false,
      [FuseV1Options.OnlyLoadAppFromAsar]: true,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
    })
  })

  it('holds the three bundles and neither sources nor node_modules', () => {
    expect(configuration.asar).toBe(true)
    expect(configuration.files).toEqual([
      'package.json',
      'dist/main/**',
      'dist/preload/**',
      'dist/renderer/**',
      '!node_modules/**',
    ])
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { main: string }
    expect(manifest.main).toBe('dist/main/index.js')
  })

  it('names files that are there', () => {
    for (const file of [configuration.icon, configuration.mac.entitlements]) {
      expect(existsSync(join(root, file))).toBe(true)
    }
  })
})
