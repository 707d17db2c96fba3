import { readEntry } from "../../../engine/access-list/entry";
import type { Visit } from "../../app/visit";
import { peopleTexts } from "./people-texts";
import { accountPath, personPath } from "./person-path";

interface KeyProps {
  readonly visit: Visit;
  /** The key of an entry, or of a profile. */
  readonly entry: string;
}

/** To the page of the person whom a key names; nothing where it names none. */
export function PersonOfKey({ visit, entry }: KeyProps) {
  const read = readEntry(entry);
  const kind = read.ok ? read.entry.kind : undefined;
  if (kind !== "address" && kind !== "account") return null;
  return (
    <a class="button quiet" href={kind === "address" ? personPath(entry) : accountPath(entry)}>
      {visit.say(peopleTexts).everything}
    </a>
  );
}
