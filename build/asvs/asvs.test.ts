import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../targets.ts'
import { requirements } from './requirements.ts'

// What docs/asvs.md claims names where it is shown; this holds it to places that are there, and to every requirement.

const text = readFileSync(join(root, 'docs/asvs.md'), 'utf8')
const rows = [...text.matchAll(/^\| (\d+\.\d+\.\d+) \| (\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$/gm)].map(
  ([, id = '', level = '', asks = '', answer = '', why = '']) => ({ id, level, asks, answer, why }),
)

/** Files and folders as the table writes them; commands, headers and settings are no paths. */
const namedIn = (words: string): readonly string[] =>
  [...words.matchAll(/`([^`\s]+)`/g)].map(([, name = '']) => name).filter((name) => /^[\w.-]+\//.test(name))

describe('the requirements of ASVS', () => {
  it('are those of its release: 70 of level 1, 183 of level 2', () => {
    const counted = (level: number) => [...requirements.values()].filter((one) => one === level).length
    expect([counted(1), counted(2)]).toEqual([70, 183])
  })

  it('are each answered once, at their level, in their order', () => {
    const inOrder = [...requirements].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }))
    expect(rows.map(({ id, level }) => `${id} ${level}`)).toEqual(
      inOrder.map(([id, level]) => `${id} ${level}`),
    )
  })

  it('are met, not met or not applicable, and each says why', () => {
    expect(rows.filter(({ answer }) => !/^(met|not met|n\.a\.)$/.test(answer))).toEqual([])
    expect(rows.filter(({ why }) => why.trim().length < 8)).toEqual([])
  })

  it('that are met name a file that shows it, and every file named is there', () => {
    const unshown = rows.filter(({ answer, why }) => answer === 'met' && namedIn(why).length === 0)
    expect(unshown.map(({ id }) => id)).toEqual([])
    expect([...new Set(namedIn(text))].filter((name) => !existsSync(join(root, name)))).toEqual([])
  })

  it('are counted at the head as they are answered', () => {
    const count = (level: string, answer: string) =>
      rows.filter((row) => row.level === level && row.answer === answer).length
    for (const level of ['1', '2', '3']) {
      const [met, missed, none] = ['met', 'not met', 'n.a.'].map((answer) => count(level, answer))
      expect(text).toContain(`| ${level} | ${met} | ${missed} | ${none} |`)
    }
  })
})
