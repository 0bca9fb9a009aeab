import { describe, expect, it } from 'vitest'
import { isAt, lineOf, segmentOf } from './place.ts'

describe('a place in a message', () => {
  it('holds itself and what lies below it, and no neighbour', () => {
    expect(['PID-3', 'PID-3.1', 'PID-3[2].4'].every((node) => isAt(node, 'PID-3'))).toBe(true)
    expect(['PID-30', 'PID-2', 'PID[2]-3'].some((node) => isAt(node, 'PID-3'))).toBe(false)
    expect(isAt('PID-3', '')).toBe(false)
  })

  it('names its segment, and the line on which that stands', () => {
    expect([segmentOf('OBX[2]-5'), segmentOf('PID')]).toEqual(['OBX[2]', 'PID'])
    const lines = ['MSH|', 'PID|1', 'OBX|1', 'NTE|1', 'OBX|2']
    expect(
      ['OBX-5', 'OBX[2]-5', 'PID', 'OBX[3]', 'patients names', ''].map((place) => lineOf(lines, place)),
    ).toEqual([2, 4, 1, -1, -1, -1])
  })
})
