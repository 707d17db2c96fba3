import { ButtonLink } from "../../../console/parts/forms";
import { accountPath, personPath } from "../../../console/parts/person-links";
import { pageTexts } from "../../../console/texts/languages";
import { readEntry } from "../entry";

const t = pageTexts({ everything: ["Everything about this person", "이 사람에 관한 모든 내용"] });

interface KeyProps {
  /** The key of an entry, or of a profile. */
  readonly entry: string;
}

/** To the page of the person that a key names; nothing where it names none. */
export function PersonOfKey({ entry }: KeyProps) {
  const read = readEntry(entry);
  const kind = read.ok ? read.entry.kind : undefined;
  if (kind !== "address" && kind !== "account") return null;
  return <ButtonLink path={kind === "address" ? personPath(entry) : accountPath(entry)} text={t.everything} />;
}
