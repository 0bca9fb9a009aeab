import { Message as PeerMessage } from 'node-hl7-client'
import { describe, expect, test } from 'vitest'
import { samples } from '../testing/messages.ts'
import { parseMessage, partsOf, textOf } from './message.ts'
import type { Segment } from './message.ts'
import { valueAt } from './path.ts'

// node-hl7-client reads the same messages; where it can be asked for a place, both must say the same. It knows neither
// CR LF mixtures nor character sets, repetitions are lists to it, and escapes of text it leaves to its callers.

/** Every place of a segment that is one plain value. */
function plainPlaces(segment: Segment): string[] {
  return partsOf(segment).flatMap((field, number) => {
    if (number === 0 || field.verbatim) return []
    const [repetition, another] = partsOf(field)
    if (repetition === undefined || another !== undefined) return []
    return partsOf(repetition).flatMap((component, index) => {
      const plain = partsOf(component).length === 1 && !textOf(field).includes('\n')
      return plain ? [`${segment.name}.${number}.${index + 1}`] : []
    })
  })
}

describe('agreement with node-hl7-client', () => {
  test.each(samples())('$name', ({ bytes }) => {
    const parsed = parseMessage(bytes)
    if (!parsed.ok) throw new Error(parsed.error.why)
    const text = bytes
      .toString(parsed.value.charset.encoding === 'utf8' ? 'utf8' : 'latin1')
      .replaceAll(/\r?\n|\r/g, '\r')
    const peer = new PeerMessage({ text: text.trimEnd() })
    const once = parsed.value.segments.filter(
      ({ name }) => parsed.value.segments.filter((other) => other.name === name).length === 1,
    )
    let compared = 0
    for (const place of once.flatMap(plainPlaces)) {
      const [name = '', field = '', component = ''] = place.split('.')
      const ours = valueAt(parsed.value, `${name}-${field}.${component}`)
      const said = ours.kind === 'text' ? ours.text : ours.kind === 'null' ? '""' : ''
      expect([place, peer.get(place).toString()]).toEqual([place, said])
      compared += 1
    }
    expect(compared).toBeGreaterThan(20)
  })
})
