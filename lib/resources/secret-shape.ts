import { asciiJson } from "./ascii";

/** Metadata of a secret in the template, JSON in one text: the members of the JSON object it is to hold, each with an example. */
export const SECRET_SHAPE = "gatehouse:shape";

/** The same, "true": nothing waits for the secret. */
export const SECRET_OPTIONAL = "gatehouse:optional";

/** The same: the secret's place in its Gatehouse, by which another region's stack takes its copy. */
export const SECRET_PLACE = "gatehouse:place";

/** A shape as the metadata holds it. Examples may be in any language; in a text they can be escaped. */
export function writtenShape(shape: Readonly<Record<string, string>>): string {
  return asciiJson(JSON.stringify(shape));
}
