// What a form lets a person send, and so what nobody else may hand on to Entra either.

/** Claims of that size, as JSON, are refused. No contract limit is documented; a sign-up form's claims stay far below. */
export const MAX_BODY_BYTES = 64 * 1024;

/** No form lets a person type these; line breaks and tabs may stand in an address. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const controlCharacters = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/;

const prototypeNames = new Set(["__proto__", "constructor", "prototype"]);

/** What no form lets a person type into a text; undefined for a text that it does. */
export function textFlaw(text: string): string | undefined {
  if (!text.isWellFormed()) return "half a character";
  return controlCharacters.test(text) ? "control characters" : undefined;
}

/** What is wrong with an attribute's name; undefined for one that nothing is wrong with. */
export function nameFlaw(name: string): string | undefined {
  // DynamoDB keeps no such member: the request for approval, or the record, would be lost.
  if (name === "") return "a name without a letter";
  return prototypeNames.has(name) ? "prototype key" : undefined;
}
