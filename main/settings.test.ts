import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from './settings.ts'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rounds-settings-'))
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

function fileWith(text: string): string {
  const file = join(folder, 'server.json')
  writeFileSync(file, text)
  return file
}

describe('the settings of the desktop application', () => {
  it('come from the administrator’s file', () => {
    const file = fileWith('{ "server": "https://rounds.example/" }')
    expect(readSettings({ file, packaged: true, environment: {} })).toEqual({
      server: 'https://rounds.example',
      pins: [],
    })
  })

  it('come from the environment in a checkout only', () => {
    const file = fileWith('{ "server": "https://rounds.example" }')
    const environment = { ROUNDS_SERVER: 'http://127.0.0.1:7400' }
    expect(readSettings({ file, packaged: false, environment }).server).toBe('http://127.0.0.1:7400')
    expect(readSettings({ file, packaged: true, environment }).server).toBe('https://rounds.example')
  })

  it.each([
    '',
    '{',
    '{}',
    '{ "server": "http://rounds.example" }',
    '{ "server": "file:///etc" }',
    '{ "server": "https://rounds.example", "pins": ["short"] }',
    '{ "server": "https://rounds.example", "devTools": true }',
  ])('are refused when they are not whole and safe: %s', (text) => {
    const file = fileWith(text)
    expect(() => readSettings({ file, packaged: true, environment: {} })).toThrow('host.server-unset')
  })
})
