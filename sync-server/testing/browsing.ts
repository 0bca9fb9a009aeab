/** A browser as bare as it can be: it keeps cookies by host, follows redirects, and fills in forms. */
export type Browsing = {
  /** Where it ended up, and what is there. Ends at the first address that `until` takes. */
  go(
    address: string,
    until: (address: URL) => boolean,
    form?: Readonly<Record<string, string>>,
  ): Promise<Page>
  cookies(address: string): string
}

export type Page = { readonly address: URL; readonly status: number; readonly markup: string }

const MOST_REDIRECTS = 20

export function startBrowsing(): Browsing {
  const jar = new Map<string, Map<string, string>>()

  function keep(host: string, response: Response): void {
    const held = jar.get(host) ?? new Map<string, string>()
    jar.set(host, held)
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      const [name = '', ...value] = pair.split('=')
      held.set(name, value.join('='))
    }
  }

  const cookies = (address: string): string =>
    [...(jar.get(new URL(address).host) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ')

  return {
    cookies,
    async go(start, until, form) {
      let [address, body] = [start, form === undefined ? undefined : new URLSearchParams(form)]
      for (let count = 0; count < MOST_REDIRECTS; count += 1) {
        const response = await fetch(address, {
          method: body === undefined ? 'GET' : 'POST',
          headers: { cookie: cookies(address), accept: 'text/html' },
          redirect: 'manual',
          ...(body && { body }),
        })
        keep(new URL(address).host, response)
        const location = response.headers.get('location')
        const markup = await response.text()
        const page = { address: new URL(address), status: response.status, markup }
        if (location === null) return page
        ;[address, body] = [new URL(location, address).href, undefined]
        if (until(new URL(address))) return { ...page, address: new URL(address) }
      }
      throw new Error('redirected without end')
    },
  }
}
