import { join } from 'node:path'
import { flipFuses } from '@electron/fuses'
import type { AfterPackContext, Configuration } from 'electron-builder'
import { fuses } from './fuses.ts'

/** What electron-builder makes of `dist/`. The bundles hold all they need, so no `node_modules` goes along. */
export const configuration: Configuration = {
  appId: 'org.rounds.desktop',
  productName: 'Rounds',
  copyright: 'Apache-2.0',
  directories: { output: 'dist/packages', buildResources: 'build' },
  files: ['package.json', 'dist/main/**', 'dist/preload/**', 'dist/renderer/**', '!node_modules/**'],
  asar: true,
  npmRebuild: false,
  icon: 'build/icons/icon.png',
  artifactName: 'rounds-${version}-${os}-${arch}.${ext}',
  // Updates are rolled out by the administrator; nothing is published from here.
  publish: null,
  mac: {
    category: 'public.app-category.medical',
    target: ['dmg', 'zip'],
    hardenedRuntime: true,
    entitlements: 'build/electron/entitlements.mac.plist',
    entitlementsInherit: 'build/electron/entitlements.mac.plist',
  },
  win: { target: ['nsis'] },
  nsis: { oneClick: false, perMachine: true, allowToChangeInstallationDirectory: false },
  linux: { category: 'Office', target: ['AppImage', 'deb'], executableName: 'rounds' },
  afterPack: sealBinary,
}

/** Sets the fuses before anything is signed. */
async function sealBinary({ appOutDir, electronPlatformName, packager }: AfterPackContext): Promise<void> {
  const { productFilename } = packager.appInfo
  const programs: Readonly<Record<string, string>> = {
    darwin: `${productFilename}.app/Contents/MacOS/${productFilename}`,
    win32: `${productFilename}.exe`,
    linux: 'rounds',
  }
  const program = programs[electronPlatformName]
  if (program === undefined) throw new Error(`no fuses are known for ${electronPlatformName}`)
  await flipFuses(join(appOutDir, program), {
    ...fuses,
    resetAdHocDarwinSignature: electronPlatformName === 'darwin',
  })
}
