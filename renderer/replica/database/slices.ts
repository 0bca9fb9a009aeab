/** How long work in the background may hold up the page at a time, in milliseconds. */
const SLICE = 8

/** Gives way to whoever waits, but only where it has been a while. One of these for each piece of work. */
export function slices(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < SLICE) return
    await giveWay()
    since = performance.now()
  }
}

/** A message comes after what is waiting, and without the pause of four milliseconds that timers get. */
function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(null)
  })
}
