let waiting: Promise<void> | null = null

/**
 * Lets whoever waits have their turn. A message comes after them, and without the pause of four milliseconds that timers get; all who
 * give way at once share one.
 */
export function giveWay(): Promise<void> {
  waiting ??= new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      waiting = null
      resolve()
    })
    port1.start()
    port2.postMessage(null)
  })
  return waiting
}
