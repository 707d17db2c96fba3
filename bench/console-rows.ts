import { decisionPlaces } from "../adapters/tables/decision-writes";
import { type Item, toItem } from "../adapters/tables/item";
import { referenceFor } from "../engine/sign-up/call";
import { DEFAULT_GATE } from "../engine/sign-up/gate";
import type { DecisionRecord } from "../engine/sign-up/record";
import { MS_PER_DAY, MS_PER_HOUR } from "../engine/sign-up/time";
import { addIndexes } from "../features/access-list/store/list-indexes";
import { decisionCounts, decisionMoments } from "../features/counts/counts";
import { domainCounts } from "../features/counts/domain-counts";
import { COUNTS_PREFIX, countStore } from "../features/counts/store/counts";
import { domainCountStore } from "../features/counts/store/domain-counts";
import { invitationPlace } from "../features/invitations/store";
import { asked, record, type TestConsole } from "../test/console/support";

// Even the shortest tables fill the pages, because a page's times at several table sizes are compared.

export const consoleTables = {
  decisions: "decisions-test",
  approvals: "approvals-test",
  ledger: "ledger-test",
  accounts: "accounts-test",
} as const;

const DAYS = 30;
/** Number of rows that the measured pages show. At every size, the tables have at least this many rows. */
const SHOWN = 100;
/** Number of days that the decisions of the shortest table are spread over. A domain's page covers the same number of days. */
const SHORTEST_DAYS = 14;
const WAITING = 50;
const INVITED = 60;
const WAS_INVITED = 60;
const COUNTED_DOMAINS = 30;
/** One in this many people has an address at DOMAIN_OF_MANY. */
const OF_MANY = 10;
export const DOMAIN_OF_MANY = "many.example";

export function* listRows(size: number): Generator<Item> {
  for (let index = 0; index < size; index++) {
    const row = {
      entry: `person${index}@company${index % 5_000}.example`,
      effect: index % 7 === 0 ? "deny" : "allow",
      note: "agreed with the buyer team",
    };
    // True for the first SHOWN rows, so that even the shortest table has a full page of such rows. Of the other rows, true for one in
    // `every`.
    const isNamed = (every: number) => index < SHOWN || index % every === 0;
    const ends = isNamed(20) && { expiresAt: new Date(Date.now() + (1 + (index % 25)) * MS_PER_DAY).toISOString().slice(0, 10) };
    yield addIndexes(
      toItem({ ...row, ...ends, ...(isNamed(50) && { effect: "alow", problem: "effect is none of allow, approval and deny: it denies" }) }),
    );
  }
}

const blockedPerson = { email: "person7@company7.example" } as const satisfies Partial<DecisionRecord>;
const letIn = {
  ...blockedPerson,
  ...({ verdict: "continue", rule: undefined, reasons: [] } as const),
  trace: [{ rule: "access-list", said: "continue", evidence: { entry: "*.example", level: "wildcard" }, findings: { listed: "allow" } }],
} as const satisfies Partial<DecisionRecord>;

/** Copies two records that the store has written. Each copy has its own code, time and person. */
export async function decisionRows({ world, database }: TestConsole, size: number): Promise<Iterable<Item>> {
  await world.decisions.keep(record({ ...letIn, reference: referenceFor("let in") }), DAYS);
  const { Items: first } = await database.client.call<{ Items: readonly [Item] }>("Scan", { TableName: consoleTables.decisions });
  await world.decisions.keep(record(blockedPerson), DAYS);
  const { Items: both } = await database.client.call<{ Items: readonly Item[] }>("Scan", { TableName: consoleTables.decisions });
  const keptItem = both.find(({ id }) => id?.S !== first[0].id?.S);
  const now = Date.now();
  const days = size <= SHOWN ? SHORTEST_DAYS : DAYS;
  return (function* () {
    for (let index = 1; index < size; index++) {
      const at = new Date(now - (index / size) * days * MS_PER_DAY).toISOString();
      const email = decidedOn(index);
      const key = index.toString(36).toUpperCase().padStart(8, "0");
      const id = `id-${key}`;
      yield {
        ...(index % 2 === 0 ? first[0] : keptItem),
        ...toItem({ reference: referenceFor(key), id, at, email, ...decisionPlaces({ at, id, email }) }),
      };
    }
  })();
}

/**
 * At every size, 40 of the newest 100 decisions are in company7.example, and 22 of these are about one person. Another 40 are in
 * DOMAIN_OF_MANY.
 */
function decidedOn(index: number): string {
  const turn = Math.floor(index / 5);
  if (index < SHOWN && index % 5 === 0) return "person7@company7.example";
  if (index < SHOWN && index % 5 === 1) return `person${7 + 5_000 * (turn % 10)}@company7.example`;
  if (index < SHOWN ? index % 5 < 4 : index % OF_MANY === 0) return `person${index % 50_000}@${DOMAIN_OF_MANY}`;
  const person = index % 50_000;
  return `person${person}@company${person % 5_000}.example`;
}

/**
 * Makes waiting people (50, from ten domains), invited people and decided requests. All are copies of two rows that the stores have
 * written.
 */
export async function requestRows(testConsole: TestConsole, size: number): Promise<Iterable<Item>> {
  const { world, database } = testConsole;
  const scan = async () =>
    (await database.client.call<{ Items: readonly [Item, ...Item[]] }>("Scan", { TableName: consoleTables.approvals })).Items;
  await asked(testConsole, "person7@company7.example");
  const [kept] = await scan();
  const place = await invitationPlace(world.approvals, { email: "guest@company7.example" }, await world.hashes(), new Date());
  await place.send({ by: { kind: "console", name: "kim" }, days: 20 }, { sponsor: "sponsor7@contoso.com" });
  const invitation = (await scan()).find(({ id }) => id?.S !== kept.id?.S);
  const now = Date.now();
  const first = WAITING + INVITED + WAS_INVITED;
  return (function* () {
    for (let index = 1; index < Math.max(size, first + SHOWN); index++) {
      const changedAt = new Date(now - (index / Math.max(size, first + SHOWN)) * DAYS * MS_PER_DAY).toISOString();
      const id = index.toString(36).toUpperCase().padStart(8, "0").padEnd(22, "x");
      const { state, isInvited } = chooseRequestState(index, first);
      const email = `person${index}@company${state === "pending" ? index % 10 : index % 5_000}.example`;
      const ownRow = { id, state, email, changedAt, requestedAt: changedAt, personId: `person-${id}`, reference: referenceFor(id) };
      yield { ...(isInvited ? invitation : kept), ...toItem(ownRow) };
    }
  })();
}

/** @param first number of requests at the beginning, which wait or belong to invited people */
function chooseRequestState(index: number, first: number): { readonly state: string; readonly isInvited: boolean } {
  if (index <= WAITING) return { state: "pending", isInvited: false };
  const isInvited = index <= first || index % 20 === 0;
  if (!isInvited) return { state: index % 2 === 0 ? "denied" : "provisioned", isInvited };
  const isOver = index <= first ? index > WAITING + INVITED : index % 40 === 0;
  return { state: isOver ? "denied" : "approved", isInvited };
}

/** Counts as the worker does: by hour, and by domain and day. */
export async function countAll(testConsole: TestConsole, size: number): Promise<void> {
  const { database } = testConsole;
  const counts = countStore(database.client, consoleTables.ledger);
  const two = decisionCounts([record(blockedPerson), record(letIn)]);
  const each = Object.fromEntries(Object.entries(two).map(([name, amount]) => [name, Math.ceil((amount * size) / 2 / (DAYS * 24))]));
  const now = Date.now();
  await counts.begin(new Date(now - DAYS * MS_PER_DAY));
  for (let hour = 0; hour < DAYS * 24; hour++) {
    const id = `${COUNTS_PREFIX}${new Date(now - hour * MS_PER_HOUR).toISOString().slice(0, 13)}/${DEFAULT_GATE}`;
    const at = new Date(now - hour * MS_PER_HOUR).toISOString();
    const expires = Math.floor((now + DAYS * MS_PER_DAY) / 1_000);
    await database.client.call("PutItem", {
      TableName: consoleTables.ledger,
      Item: toItem({ id, ...each, ...decisionMoments([record({ at })], {}), expires }),
    });
  }
  await countDomains(testConsole, size);
}

/** The store counts two decisions; an update then raises these counts in proportion to `size`. */
async function countDomains({ database }: TestConsole, size: number): Promise<void> {
  const expires = Math.floor(Date.now() / 1_000) + DAYS * 86_400;
  const store = domainCountStore(database.client, consoleTables.ledger);
  const domains = [DOMAIN_OF_MANY, ...Array.from({ length: COUNTED_DOMAINS - 1 }, (_, index) => `company${index}.example`)];
  for (let day = 0; day < DAYS; day++) {
    const at = new Date(Date.now() - day * MS_PER_DAY).toISOString();
    for (const domain of domains) {
      const some = [blockedPerson, letIn].map((more, index) =>
        record({ ...more, at, email: `person@${domain}`, personId: `person-${index}` }),
      );
      await store.add(
        some.map((each, index) => ({ sequenceNumber: `${domain} ${at} ${index}`, record: each })),
        () => expires,
      );
      const others = Math.ceil((size * (domain === DOMAIN_OF_MANY ? 1 / OF_MANY : 1 / 5_000)) / DAYS / 2) - 1;
      const names = Object.keys(domainCounts(some, {}));
      await database.client.call("UpdateItem", {
        TableName: consoleTables.ledger,
        Key: toItem({ id: `${COUNTS_PREFIX}domain/${domain}/${at.slice(0, 10)}` }),
        UpdateExpression: `ADD ${names.map((_, index) => `#${index} :others`).join(", ")}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name, index) => [`#${index}`, name])),
        ExpressionAttributeValues: { ":others": { N: String(others) } },
      });
    }
  }
}
