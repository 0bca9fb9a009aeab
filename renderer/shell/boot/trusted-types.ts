// With `require-trusted-types-for 'script'` every text that could become code passes the default policy below.

type TrustedTypes = {
  createPolicy(
    name: string,
    rules: {
      createHTML(text: string): string | null
      createScript(text: string): string | null
      createScriptURL(text: string): string | null
    },
  ): unknown
}

/** Style sheets (Mantine writes them through `innerHTML` of style tags) hold no tag; anything that does is markup. */
export function styleSheetOnly(text: string): string | null {
  return text.includes('<') ? null : text
}

/** Workers and the service worker, from where the page itself came from and nowhere else. */
export function ownScriptOnly(text: string, base: string): string | null {
  if (!URL.canParse(text, base)) return null
  // Compared by hand: the origin of an app:// address is the text "null" in some engines.
  const [script, page] = [new URL(text, base), new URL(base)]
  return script.protocol === page.protocol && script.host === page.host ? text : null
}

export type WithTrustedTypes = { readonly trustedTypes?: TrustedTypes }

export function installTrustedTypes(scope: WithTrustedTypes, base: string): void {
  scope.trustedTypes?.createPolicy('default', {
    createHTML: styleSheetOnly,
    createScript: () => null,
    createScriptURL: (text) => ownScriptOnly(text, base),
  })
}
