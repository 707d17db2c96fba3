import { type Item, toRow } from "../../../adapters/tables/item";
import type { ConsoleRoute, NamedKeys, PersonPart, Visit } from "../../../console/app/visit";
import { typedCell } from "../../../console/editor/cell-view";
import { type EditedTable, endAndNote, type RowProblems, rowPath } from "../../../console/editor/described-table";
import { editorTexts } from "../../../console/editor/editor-texts";
import { editorRoutes, SHOWN_ROWS } from "../../../console/editor/table-page";
import { dataHead } from "../../../console/parts/menu";
import { type Paged, readAskedPage } from "../../../console/parts/paging";
import { claimName, plainText, shortenText, ValueLink } from "../../../console/parts/value";
import { readPageQuery } from "../../../console/parts/view-page";
import { findText, pageTexts } from "../../../console/texts/languages";
import { omit } from "../../../engine/collections";
import { findMeantAddress } from "../../../engine/meant-entries";
import { builtInAttributes } from "../../../engine/protocols/attributes";
import type { Row } from "../../../engine/sign-up/rule";
import { findTypedProblem } from "../../access-list/entry";
import { PersonOfKey } from "../../access-list/pages/entry-links";
import { committedRows } from "../../audit/pages/trailed-rows";
import { beginsLabel, profileFilters } from "../filters";
import { profileKeys, profileProblems, readProfilePerson } from "../row";
import { profilesView } from "../views";

const t = pageTexts({
  title: ["Profiles", "프로필"],
  ofPerson: ["Profile", "프로필"],
  intro: [
    "What you already know about people. It fills in their attributes when they sign up.",
    "미리 알고 있는 신청자 정보입니다. 가입할 때 속성에 채워집니다.",
  ],
  searchLabel: beginsLabel,
  addHint: ["For example kim@contoso.com.", "예: kim@contoso.com"],
  names: {
    person: ["Person", "사람"],
  },
  attributes: ["Attributes", "속성"],
  neverFound: ["never found: no sign-up uses this spelling", "검색되지 않음: 이 표기로는 가입자를 찾지 않습니다"],
  passedOver: [(columns: string) => `set no attribute: ${columns}`, (columns) => `속성을 설정하지 않음: ${columns}`],
  add: ["Add a person", "사람 추가"],
  badKey: [
    (typed: string) =>
      `neither an e-mail address nor an account. Write ${findMeantAddress(typed) ?? "one like kim@contoso.com or issuer:google.com/1184"}.`,
    (typed) =>
      `이메일 주소나 계정이 아닙니다. 이렇게 입력하세요: ${findMeantAddress(typed) ?? "kim@contoso.com 또는 issuer:google.com/1184"}`,
  ],
});

export const profilesTable: EditedTable = {
  path: "/profiles",
  list: "/profiles",
  key: ["person"],
  columns: endAndNote,
  texts: t,
  ...committedRows("profiles", (world) => world.profiles),
  find,
  async problems(visit, row): Promise<RowProblems> {
    const { neverFound, badExpiry, expired, passedOver } = await profileProblems(row, visit.now);
    const words = [
      ...(neverFound ? [t.neverFound] : []),
      ...(badExpiry ? [editorTexts.badExpiry] : []),
      ...(passedOver.length === 0 ? [] : [t.passedOver(shortenText(passedOver.join(", ")))]),
    ];
    return { expired, words };
  },
  attributes(visit, row) {
    const cells = omit(row, "person", "expiresAt", "note");
    const { gates, policiesAt } = visit.world;
    const labelledNames = gates.flatMap((gate) => policiesAt(gate).flatMap(({ options }) => Object.keys(options.labels ?? {})));
    const cellNames = Object.keys(cells).filter((name) => typedCell(cells[name]) !== undefined);
    const names = new Set<string>([...builtInAttributes, ...labelledNames.filter((name) => name !== "email"), ...cellNames.sort()]);
    return [...names].map((name) => ({ name, label: claimName(visit, name), kind: "text", isUnlisted: true }));
  },
  listExtras: (visit) => ({
    ...dataHead(visit, "/profiles", t.title),
    intro: t.intro,
    columns: [[{ name: t.attributes, rest: true }, (row) => shortenText(summary(visit, omit(row, "note", "expiresAt")), 80)]],
  }),
  readKey(text) {
    const read = readProfilePerson(text.trim());
    return read.ok && findTypedProblem(read.key) === undefined ? { person: read.key } : undefined;
  },
  links: (_, { person = "" }) => (
    <p class="actions">
      <PersonOfKey entry={person} />
    </p>
  ),
};

/** Formats "Kim Lund, City: Lund". Without a display name, shows the given name and the surname. */
function summary(visit: Visit, { person: _, displayName, givenName, surname, ...cells }: Row): string {
  const names = displayName === undefined ? [givenName, surname] : [displayName];
  const nameIn = (name: string) => findText(editorTexts.names, name) ?? claimName(visit, name);
  const others = Object.entries(cells).map(([name, value]) => `${nameIn(name)}: ${plainText(value)}`);
  return [...names.filter((name) => name !== undefined).map(plainText), ...others].join(", ");
}

async function find(visit: Visit): Promise<Paged<Item>> {
  const { query } = readPageQuery(visit, profileFilters);
  return await readAskedPage(visit, { ...(await visit.read(profilesView, query)), rows: SHOWN_ROWS });
}

export const routes: readonly ConsoleRoute[] = editorRoutes(profilesTable);

export async function profilesOfPerson(visit: Visit, { email, accounts }: NamedKeys): Promise<PersonPart | undefined> {
  const { world } = visit;
  const keys = [...(email === undefined ? [] : profileKeys(email)), ...accounts];
  const profiles = await Promise.all([...new Set(keys)].map((person) => world.profiles.get({ person })));
  const rows = profiles.flatMap((item) => (item === undefined ? [] : [toRow(item)]));
  if (rows.length === 0) return undefined;
  const content = (
    <ul>
      {rows.map((row) => (
        <li>
          <ValueLink path={rowPath(profilesTable, { person: String(row.person) })} text={String(row.person)} />{" "}
          <bdi class="value">{shortenText(summary(visit, row))}</bdi>
        </li>
      ))}
    </ul>
  );
  return { name: t.ofPerson, content };
}
