/** JSON text in ASCII. CloudFormation reads other letters back as question marks, so that no diff of the stack would ever be clean. */
export function asciiJson(json: string): string {
  return json.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
