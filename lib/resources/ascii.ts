// Templates contain only ASCII: CloudFormation returns other characters as question marks, and each diff would show them as changes.

/** Escapes a JSON text to ASCII. */
export function asciiJson(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Encodes a URL or a path in ASCII. An ASCII text stays unchanged. */
export function asciiUrl(url: string): string {
  if (/^[\0-\x7f]*$/.test(url)) return url;
  return URL.canParse(url) ? new URL(url).href : encodeURI(url);
}
