/**
 * The scopes of a document stand in its sealed body, and as places in `memberships`: what is left here in the clear would
 * tell of its sensitivities.
 */
export function scopesInTheBody(): readonly string[] {
  return [`alter table documents drop column scopes`]
}
