import { describe, expect, it, vi } from 'vitest'
import { watchIdle } from './idle.ts'

function setUp(limit = 1000) {
  const target = new EventTarget()
  let time = 0
  let check = () => {}
  const onIdle = vi.fn()
  const stop = watchIdle({
    target,
    limit,
    now: () => time,
    every: (_milliseconds, task) => {
      check = task
      return () => (check = () => {})
    },
    onIdle,
  })
  const event = (isTrusted: boolean) => {
    const made = new Event('keydown')
    Object.defineProperty(made, 'isTrusted', { value: isTrusted })
    target.dispatchEvent(made)
  }
  const passes = (milliseconds: number) => {
    time += milliseconds
    check()
  }
  return { onIdle, stop, event, passes }
}

describe('the idle watch', () => {
  it('locks after the limit, once', () => {
    const { onIdle, passes } = setUp()
    passes(999)
    expect(onIdle).not.toHaveBeenCalled()
    passes(1)
    passes(5000)
    expect(onIdle).toHaveBeenCalledTimes(1)
  })

  it('starts anew when a person moves, and not when a script does', () => {
    const { onIdle, event, passes } = setUp()
    passes(800)
    event(true)
    passes(800)
    expect(onIdle).not.toHaveBeenCalled()
    event(false)
    passes(200)
    expect(onIdle).toHaveBeenCalledTimes(1)
  })

  it('ends with its screen', () => {
    const { onIdle, stop, passes } = setUp()
    stop()
    passes(10_000)
    expect(onIdle).not.toHaveBeenCalled()
  })
})
