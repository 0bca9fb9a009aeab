import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './targets.ts'

// Habits that no linter can hold us to, since a comment could switch the linter off.

const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
})
  .toString('utf8')
  .split('\0')
  .filter((file) => file !== '')
const sources = files.filter((file) => /\.(ts|tsx|js|css|html)$/.test(file) && !file.startsWith('dist/'))
const self = 'build/house-rules.test.ts'

const habits = [
  {
    name: 'rules are not switched off',
    pattern: /(?:ox|es)lint-(?:disable|enable)|@ts-(?:ignore|nocheck|expect-error)/,
  },
  { name: 'tests are not skipped or focused', pattern: /\b(?:it|test|describe)\.(?:skip|only|todo|fails)\b/ },
  { name: 'nothing is left to do', pattern: /\b(?:TODO|FIXME|XXX)\b/ },
  { name: 'formatting is not switched off', pattern: /(?:prettier|oxfmt)-ignore/ },
]

describe('the habits of the house', () => {
  it.each(habits)('$name', ({ pattern }) => {
    const broken = sources.filter(
      (file) => file !== self && pattern.test(readFileSync(join(root, file), 'utf8')),
    )
    expect(broken).toEqual([])
  })

  it('names say what is in a file', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|misc)(\.[a-z]+)?(\/|$)/.test(file))).toEqual(
      [],
    )
  })
})
