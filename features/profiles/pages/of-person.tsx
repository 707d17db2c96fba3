import { toRow } from "../../../adapters/tables/item";
import type { NamedKeys, PersonPart, Visit } from "../../../console/app/visit";
import { rowPath } from "../../../console/editor/described-table";
import { plainText, shortened, ValueLink } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { profileKeys } from "../row";
import { profilesTable } from "./profiles";

const t = pageTexts({
  name: ["Profile", "프로필"],
  none: ["None.", "없음."],
});

/** The rows under an address, and under accounts that requests name. */
export async function profilesOfPerson({ world }: Visit, { email, accounts }: NamedKeys): Promise<PersonPart> {
  const keys = [...(email === undefined ? [] : profileKeys(email)), ...accounts];
  const found = await Promise.all([...new Set(keys)].map((person) => world.profiles.get({ person })));
  const rows = found.flatMap((item) => (item === undefined ? [] : [toRow(item)]));
  const content = (
    <ul>
      {rows.map(({ person, ...cells }) => (
        <li>
          <ValueLink path={rowPath(profilesTable, { person: String(person) })} text={String(person)} />{" "}
          <bdi class="value">
            {shortened(
              Object.entries(cells)
                .map(([name, value]) => `${name}: ${plainText(value)}`)
                .join(", "),
            )}
          </bdi>
        </li>
      ))}
    </ul>
  );
  return { name: t.name, content: rows.length === 0 ? <p class="hint">{t.none}</p> : content, stored: rows.length };
}
