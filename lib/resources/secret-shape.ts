import { asciiJson } from "./ascii";

/**
 * Metadata of a secret in the template. It has the members of the JSON object that the secret must contain, each with an example, as one
 * JSON text.
 */
export const SECRET_SHAPE = "gatehouse:shape";

/** Metadata of a secret that nothing waits for. The value is "true". */
export const SECRET_OPTIONAL = "gatehouse:optional";

/** Metadata of a secret: its place in the Gatehouse, by which another region's stack uses the secret's copy. */
export const SECRET_PLACE = "gatehouse:place";

/** Returns a shape as metadata. Examples may be in any language: JSON text can be escaped. */
export function writtenShape(shape: Readonly<Record<string, string>>): string {
  return asciiJson(JSON.stringify(shape));
}
