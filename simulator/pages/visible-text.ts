/** Control characters but for line breaks and tabs, marks that change the direction of writing, half characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const steering = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu;

/** A text from outside with what could steer the page written out as `\u202e`. Markup is the template's to escape. */
export function visibleText(text: string): string {
  return text.replace(steering, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
