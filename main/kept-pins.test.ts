import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keptPins } from './kept-pins.ts'

const [laid, first, second, third] = ['l', '1', '2', '3'].map((letter) => `${letter.repeat(43)}=`) as [
  string,
  string,
  string,
  string,
]
const server = 'https://rounds.example'

let folder: string
let file: string
let changes: number
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rounds-pins-'))
  file = join(folder, 'pins.json')
  changes = 0
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const start = (laidDown: readonly string[] = [], of = server) =>
  keptPins({ file, server: of, laidDown, onChange: () => (changes += 1) })

describe('the keys that a machine believes', () => {
  it('are those that the server announced at the first contact, also after a restart', () => {
    const pins = start()
    expect(pins.all()).toEqual([])
    pins.believed(first)
    expect(pins.announced([first, second])).toBe(true)
    expect([pins.all(), start().all(), changes]).toEqual([[first, second], [first, second], 1])
    expect([pins.announced([first, second]), changes]).toEqual([true, 1])
  })

  it('follow the server from one key to the next that it announced', () => {
    const pins = start()
    pins.believed(first)
    pins.announced([first, second])
    pins.believed(second)
    expect(pins.announced([second, third])).toBe(true)
    expect(start().all()).toEqual([second, third])
  })

  it('are never replaced by keys of which none is shown, nor before one was believed', () => {
    const pins = start()
    expect(pins.announced([first])).toBe(false)
    pins.believed(first)
    pins.announced([first, second])
    expect(pins.announced([third])).toBe(false)
    expect(pins.announced([])).toBe(false)
    expect(start().all()).toEqual([first, second])
  })

  it('hold beside those of the administrator, and for one server only', () => {
    const pins = start([laid])
    pins.believed(laid)
    pins.announced([laid, second])
    expect(start([laid]).all()).toEqual([laid, second])
    expect(start([], 'https://elsewhere.example').all()).toEqual([])
  })

  it('are none where the file says nothing that makes sense', () => {
    writeFileSync(file, '{"server":"https://rounds.example","pins":["no"]}')
    expect(start().all()).toEqual([])
    const pins = start()
    pins.believed(first)
    pins.announced([first])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ server, pins: [first] })
  })
})
