import type { NamedHit, SearchHit, SearchSource, ShutOut, Visit } from "../../../console/app/visit";
import { oncePerVisit } from "../../../console/app/visit";
import type { Tone } from "../../../console/parts/badge";
import { accountPath, keepingOut, personPath, readShutOuts } from "../../../console/parts/links";
import { outcomeTexts, outcomeWord } from "../../../console/parts/outcome";
import { visible } from "../../../console/parts/value";
import { frameTexts } from "../../../console/texts/frame-texts";
import { pageTexts } from "../../../console/texts/languages";
import { foldCase } from "../../../engine/characters";
import { readNamedAddress } from "../../../engine/directory-account";
import { splitAddress } from "../../../engine/sign-up/email";
import { normaliseMailbox } from "../../../engine/sign-up/spellings";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { approvalsTexts } from "../../approvals/pages/approvals-texts";
import type { ApprovalState } from "../../approvals/request";
import type { Somebody } from "../../explain/next-try";
import { findDenialsNow } from "../../explain/pages/denials";
import { lifecycleTexts } from "./lifecycle-texts";
import { nameIn, readPerson } from "./read-person";
import { askedOfPerson } from "./whose-data";

const [MOST, MOST_ALONE] = [8, 50];

const tones: Readonly<Record<string, Tone>> = {
  ...{
    continue: "good",
    hasAccount: "good",
    provisioned: "good",
    approved: "good",
    block: "bad",
    denied: "bad",
    revoked: "bad",
    failed: "bad",
  },
  ...{ invalid: "warn", pending: "asked", waiting: "asked" },
};

/** Finds people by their address, their account, and the words of their name. */
export const peopleFound: SearchSource = {
  /** An email address is always a hit. An account is a hit only if it has a decision. */
  async named(visit, text) {
    const email = text.includes("@") && !text.startsWith("@") ? readNamedAddress(text) : undefined;
    return email === undefined ? await findByAccount(visit, text) : [namedHit(personPath(email), email, searchTexts.person)];
  },
  asked: askedOfPerson,
  async group(visit, { words, ofPeople }) {
    const most = ofPeople ? MOST_ALONE : MOST;
    const all = await findPeople(visit, words);
    const shownPeople = await Promise.all(all.slice(0, most).map((person) => addNewest(visit, person)));
    const emails = shownPeople.map(({ email }) => email);
    const [outs, denied] = await Promise.all([readShutOuts(visit, emails), findDenialsNow(visit, shownPeople)]);
    const hits = shownPeople.map((person) => {
      return toSearchHit(person, keepingOut(outs.get(person.email))[0], denied.get(person)?.isPartial === false);
    });
    const leftCount = (all.length - most).toLocaleString(visit.language);
    const alone = { text: searchTexts.more(leftCount), path: `/search?${new URLSearchParams({ q: `@${words}` })}` };
    const more = all.length <= most ? undefined : ofPeople ? { text: searchTexts.typeMore(leftCount) } : alone;
    return { name: frameTexts.people, rank: 1, found: hits, more };
  },
};

function namedHit(path: string, name: string, note: string): NamedHit {
  return { rank: 3, path, name, note, icon: "person" };
}

async function findByAccount(visit: Visit, text: string): Promise<readonly NamedHit[]> {
  const askedPerson = await readPerson({ ...visit, query: (name) => (name === "account" ? text : "") });
  if (askedPerson?.account === undefined) return [];
  const knownHashes = await Promise.all(
    askedPerson.hashes.map(async (hash) => (await visit.world.decisions.newestOf("account", hash, 1)).records.length > 0),
  );
  return knownHashes.includes(true) ? [namedHit(accountPath(text), text, searchTexts.account)] : [];
}

/** A person without a known outcome, with that of the newest decision. */
async function addNewest({ world }: Visit, person: NamedPerson): Promise<NamedPerson & Somebody> {
  const asNow = { isAtNewestGate: true, signsUp: true } as const;
  if (person.at !== undefined) return { ...person, ...asNow };
  const [newest] = (await world.decisions.newestOf("mailbox", person.email, 1)).records;
  if (newest === undefined) return { ...person, ...asNow };
  return { ...person, email: newest.email ?? person.email, outcome: outcomeWord(newest), at: newest.at, ...asNow };
}

function toSearchHit(person: NamedPerson, out: ShutOut | undefined, isDenied: boolean): SearchHit {
  const { email, outcome, at } = person;
  const { invited, revoked } = lifecycleTexts.states;
  const words: Readonly<Record<string, string>> = { ...approvalsTexts.states, ...outcomeTexts, invited, revoked };
  const waits = outcome === "pending" || outcome === "waiting";
  const now = [isDenied && frameTexts.denied, (waits || !isDenied) && words[outcome ?? ""]];
  const { name = email } = person;
  // The state is first in the note, because a phone cuts off the note's end.
  const note = [...(out === undefined ? now : [out.text]), name !== email && visible(email)].filter(Boolean).join(", ");
  const tone = out !== undefined || isDenied ? "bad" : tones[outcome ?? ""];
  return { path: personPath(email), name, note, at, icon: "person", tone };
}

const searchTexts = pageTexts({
  person: ["person", "사람"],
  account: ["person, by this account", "이 계정의 사람"],
  more: [(count: string) => `${count} more`, (count) => `${count}명 더 보기`],
  typeMore: [(count: string) => `${count} more: type more of the name`, (count) => `${count}명 더 있음: 이름이나 주소를 더 입력하세요`],
});

// No table has an index by name, so the text is compared with the people of the newest decisions and requests. In the domains of
// `seenLately`, an index also finds addresses that begin with the text's first word.

export interface NamedPerson {
  readonly email: string;
  readonly name?: string | undefined;
  /** The outcome of the person's newest decision or request. */
  readonly outcome?: keyof typeof outcomeTexts | ApprovalState | "invited" | "revoked" | undefined;
  readonly at?: string | undefined;
}

export const DAYS_LATELY = 14;
const NEWEST_ROWS = 500;
/** Domains whose addresses are searched. MOST_REFUSED of them may be those with most refused people. */
const [MOST_DOMAINS, MOST_REFUSED] = [40, 30];
const LONGEST_NAME = 200;
const invitationStates: Partial<Record<ApprovalState, "invited" | "revoked">> = { approved: "invited", denied: "revoked" };
const requestStates = ["pending", "failed", "denied", "approved", "provisioned"] as const satisfies readonly ApprovalState[];

/**
 * Returns the people of the newest decisions and requests, and domains. Domains with the most refused people come first, then those of
 * `people`.
 */
export const seenLately = oncePerVisit(async ({ world, now }: Visit) => {
  const store = world.readableApprovals();
  const [decisions, refused, ...pages] = await Promise.all([
    newestDecisions(world.decisions, now),
    world.domainCounts.namesOfTop(new Date(now.getTime() - DAYS_LATELY * MS_PER_DAY)),
    ...requestStates.map((state) => store.pageByState(state, "newest-first")),
  ]);
  const askedRequests = pages.flatMap(({ items }) => items);
  const people: readonly NamedPerson[] = [
    ...askedRequests.map(({ email, attributes, state, invitation, changedAt }) => {
      const outcome = (invitation && invitationStates[state]) ?? state;
      return { email, name: nameIn(attributes), outcome, at: changedAt };
    }),
    ...decisions.flatMap(({ email, at, ...record }) => (email === undefined ? [] : [{ email, outcome: outcomeWord(record), at }])),
  ];
  const counts = new Map<string, number>();
  for (const { email } of people) {
    const { domain } = splitAddress(email);
    counts.set(domain, (counts.get(domain) ?? 0) + 1);
  }
  const namedDomains = [...counts].sort(([, one], [, other]) => other - one).map(([domain]) => domain);
  return { people, domains: [...new Set([...refused.slice(0, MOST_REFUSED), ...namedDomains])] };
});

async function newestDecisions(store: Visit["world"]["decisions"], now: Date) {
  const foundDecisions = [];
  for await (const page of store.between(new Date(now.getTime() - DAYS_LATELY * MS_PER_DAY), now, NEWEST_ROWS)) {
    foundDecisions.push(...page);
    if (foundDecisions.length >= NEWEST_ROWS) break;
  }
  return foundDecisions;
}

/** Returns the people whose name or address has words that begin with the words of the text, newest first. */
export async function findPeople(visit: Visit, text: string): Promise<readonly NamedPerson[]> {
  const wantedWords = splitWords(text);
  const [first] = wantedWords;
  if (first === undefined || text.length > LONGEST_NAME) return [];
  const { people, domains } = await seenLately(visit);
  const byKey = await Promise.all(domains.slice(0, MOST_DOMAINS).map((domain) => visit.world.decisions.mailboxesAt(domain, first)));
  const peopleByAddress = new Map<string, NamedPerson>();
  for (const each of [...people, ...byKey.flat().map((email): NamedPerson => ({ email }))]) {
    const { name = "", email } = each;
    const words = splitWords(`${name} ${email}`);
    if (!wantedWords.every((word) => words.some((ownWord) => ownWord.startsWith(word)))) continue;
    const before = peopleByAddress.get(normaliseMailbox(email));
    const newer = before?.at === undefined || (each.at !== undefined && each.at > before.at) ? each : before;
    peopleByAddress.set(normaliseMailbox(email), { ...newer, name: each.name ?? before?.name });
  }
  return [...peopleByAddress.values()].sort((one, other) => ((one.at ?? "") > (other.at ?? "") ? -1 : 1));
}

function splitWords(text: string): readonly string[] {
  return foldCase(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}
