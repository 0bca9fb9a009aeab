import { describe, expect, it } from 'vitest'
import { neighbour } from './neighbour.ts'

const columns = [['a1', 'a2', 'a3'], [], ['c1']]

describe('arrows on a board', () => {
  it('move within a column', () => {
    expect(neighbour(columns, 'a1', 'ArrowDown')).toBe('a2')
    expect(neighbour(columns, 'a1', 'ArrowUp')).toBeNull()
  })

  it('skip empty columns and stay as high as there are cards', () => {
    expect(neighbour(columns, 'a3', 'ArrowRight')).toBe('c1')
    expect(neighbour(columns, 'c1', 'ArrowLeft')).toBe('a1')
    expect(neighbour(columns, 'c1', 'ArrowRight')).toBeNull()
  })

  it('leave other keys alone', () => {
    expect(neighbour(columns, 'a1', 'x')).toBeNull()
    expect(neighbour(columns, 'unknown', 'ArrowDown')).toBeNull()
  })
})
