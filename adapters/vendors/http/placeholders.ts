/** Longest URL that is called: what servers and proxies commonly take. */
export const MAX_URL_LENGTH = 2_048;

export const PLACEHOLDER = /\{([^{}]*)\}/g;

/** A text with each placeholder replaced by its value. @param as how a value is written */
export function filledIn(text: string, values: ReadonlyMap<string, string>, as = (value: string) => value): string {
  return text.replace(PLACEHOLDER, (_, name: string) => as(values.get(name) ?? ""));
}

/** A value as it stands in a path or query without leaving its place. Throws URIError for half of a character pair. */
export function encoded(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/**
 * True for a path segment that is "." or "..", or becomes one with a server that decodes once too often, takes an encoded
 * slash for a real one, or cuts off what follows a semicolon.
 */
export function leadsElsewhere(segment: string): boolean {
  return segment.split(/[/\\]|%(?:25)*(?:2f|5c)/i).some((part) => /^(?:\.|%(?:25)*2e)+(?:;.*)?$/is.test(part));
}
