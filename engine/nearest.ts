import { nearestName } from "./nearest-name";

/** The name that was probably meant, as the rest of a sentence; else those that there are. */
export function nearest(name: string, names: readonly string[]): string {
  const closest = nearestName(name, names);
  if (closest !== undefined) return `: did you mean ${closest}?`;
  return names.length === 0 ? "" : `: there are ${names.join(", ")}`;
}
