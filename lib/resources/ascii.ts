// CloudFormation reads letters outside ASCII back as question marks, so that no diff of the stack would ever be clean.

/** JSON text in ASCII. */
export function asciiJson(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A URL or a path in ASCII; one that is ASCII stays as it is. */
export function asciiUrl(url: string): string {
  if (/^[\0-\x7f]*$/.test(url)) return url;
  return URL.canParse(url) ? new URL(url).href : encodeURI(url);
}
