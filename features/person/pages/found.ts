import type { NamedHit, SearchHit } from "../../../console/app/search-hit";
import type { SearchSource, Visit } from "../../../console/app/visit";
import type { Tone } from "../../../console/parts/badge";
import { accountPath, personPath } from "../../../console/parts/person-links";
import { capitalised, visible } from "../../../console/parts/value";
import { pageTexts } from "../../../console/texts/languages";
import { normaliseEmail } from "../../../engine/sign-up/email";
import { approvalsTexts } from "../../approvals/pages/approvals-texts";
import { decisionWords } from "../../decisions/words";
import { personAsked } from "./known-person";
import { type NamedPerson, peopleNamed } from "./people-named";

const MOST = 8;

/** What became of somebody, as a colour. */
const tones: Readonly<Record<string, Tone>> = {
  ...{ continue: "good", provisioned: "good", approved: "good", block: "bad", denied: "bad", failed: "bad" },
  ...{ invalid: "warn", pending: "asked" },
};

/** People, by their address, their account, and the words of their name. */
export const peopleFound: SearchSource = {
  /** An address always names a person, even an unknown one. */
  async named(visit, text) {
    const email = text.includes("@") && !text.startsWith("@") ? normaliseEmail(text) : undefined;
    return email === undefined ? await byAccount(visit, text) : [hit(personPath(email), email, t.person)];
  },
  async group(visit, { words }) {
    const people = await peopleNamed(visit, words);
    const found = await Promise.all(people.slice(0, MOST).map((person) => personFound(visit, person)));
    const more = people.length > MOST ? t.more((people.length - MOST).toLocaleString(visit.language)) : undefined;
    return { name: t.people, rank: 1, found, more };
  },
};

function hit(path: string, name: string, note: string): NamedHit {
  return { rank: 3, path, name, note, icon: "person" };
}

async function byAccount(visit: Visit, text: string): Promise<readonly NamedHit[]> {
  const asked = await personAsked({ ...visit, query: (name) => (name === "account" ? text : "") });
  if (asked?.account === undefined) return [];
  const known = await Promise.all(
    asked.hashes.map(async (hash) => (await visit.world.decisions.newestOf("account", hash, 1)).records.length > 0),
  );
  return known.includes(true) ? [hit(accountPath(text), text, t.account)] : [];
}

/** A person found by key gets their newest decision. */
async function personFound({ world, say }: Visit, person: NamedPerson): Promise<SearchHit> {
  const [newest] = person.at === undefined ? (await world.decisions.newestOf("mailbox", person.email, 1)).records : [];
  const { email, outcome, at } =
    newest === undefined ? person : { email: newest.email ?? person.email, outcome: newest.verdict, at: newest.at };
  const words: Readonly<Record<string, string>> = { ...approvalsTexts.states, ...say(decisionWords).verdicts };
  const became = outcome === undefined ? undefined : capitalised(words[outcome] ?? "");
  const note = [person.name === undefined ? undefined : visible(email), became].filter((each) => each !== undefined).join(", ");
  return { path: personPath(email), name: person.name ?? email, note, at, icon: "person", tone: tones[outcome ?? ""] };
}

const t = pageTexts({
  people: ["People", "사람"],
  person: ["person", "사람"],
  account: ["person, by this account", "이 계정의 사람"],
  more: [
    (count: string) => `${count} more: type more of the name or address`,
    (count) => `${count}명 더 있음: 이름이나 주소를 더 입력하세요`,
  ],
});
