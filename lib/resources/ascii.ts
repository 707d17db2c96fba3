// CloudFormation returns characters outside ASCII as question marks, which would show as changes in every diff of the stack.

/** Escapes a JSON text to ASCII. */
export function asciiJson(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Encodes a URL or a path in ASCII; leaves an ASCII one unchanged. */
export function asciiUrl(url: string): string {
  if (/^[\0-\x7f]*$/.test(url)) return url;
  return URL.canParse(url) ? new URL(url).href : encodeURI(url);
}
