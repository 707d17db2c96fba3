import { randomUUID } from "node:crypto";
import type { AwsClient } from "../../adapters/aws/client";
import { MAX_STATEMENTS, replaceEach } from "../../adapters/tables/conditional-batch";
import { toItem } from "../../adapters/tables/item";
import type { RowKind } from "../../adapters/tables/row-kind";
import { batchGet, type DynamoTable, equal, getItem, updateItem } from "../../adapters/tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../../adapters/tables/tables";
import { groupBy } from "../../engine/collections";
import { splitAddress } from "../../engine/sign-up/email";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { readDomainCounts } from "../counts/store/domain-counts";
import {
  buildShape,
  type DomainShape,
  findLikeness,
  formatReading,
  type KnownBy,
  keysToFind,
  keysToKnow,
  type Likeness,
  type LookAlike,
} from "./look-alike";

/** Key prefix of the ledger's rows that find domains by their look. */
export const LOOK_ALIKE_PREFIX = "looks-like/";

export const lookAlikeKind: RowKind = {
  table: "ledger",
  under: LOOK_ALIKE_PREFIX,
  personal: false,
  async noteDecisions(decisions, expiryOf, client, name) {
    const knownDomainStore = knownDomains(client, name);
    const letIn = new Map(
      decisions.flatMap((record) => (isLetIn(record) ? [[splitAddress(record.email).domain, record.at] as const] : [])),
    );
    for (const [domain, at] of letIn) await knownDomainStore.letIn(domain, expiryOf(at));
  },
};

/** A decision after sign-in does not count, because a later step may still refuse the person. */
function isLetIn(record: DecisionRecord): record is DecisionRecord & { readonly email: string } {
  return record.verdict === "continue" && record.step === "before-create-user" && record.email !== undefined;
}

/** Limit of the domains in one row. Further domains under the same key are in further rows: see `partId`. Even two domains are rare. */
const MOST_UNDER_KEY = 100;
const DOMAINS = "domains";
/** Rows of a let-in domain that are younger than this are not written again. */
const FRESH_SECONDS = 7 * 86_400;
const BATCHES_AT_ONCE = 4;
const MOST_NAMED = 3;
/** For one look-alike, the people of at most this many known domains are counted. At most MOST_NAMED of these domains are named. */
const MOST_COUNTED = 10;

/** Id of the row of entries that look like a known domain, but were allowed outside Gatehouse, where nobody is warned. */
const UNASKED_ID = `${LOOK_ALIKE_PREFIX}unasked`;
/** Limit of the members of the rows UNASKED_ID and WAITING_ID. A member has up to 520 bytes, and DynamoDB limits a row to 400 KB. */
const MOST_UNASKED = 750;

interface Note {
  readonly id: string;
  readonly member: string;
}

/** Id of the row that says whether domains of the access list are still to be noted, and how far the list was read. */
const WAITING_ID = `${LOOK_ALIKE_PREFIX}waiting`;

export interface WaitingDomains {
  /**
   * The pass over the list, named by the row's `turn` when the pass began. If more domains have to wait, the row gets a new `turn`, so
   * after this pass the list is read again.
   */
  readonly turn: string;
  /** The row up to which the list was read. Absent: nothing was read. */
  readonly after?: string;
}

export interface KnownDomains {
  /** Notes that the list has more domains than can be noted now. */
  postpone(): Promise<void>;
  waiting(): Promise<WaitingDomains | undefined>;
  /** Records the row up to which the list was read; without `after`, it was read to the end. If more domains came, it is read again. */
  reached(waiting: WaitingDomains, after?: string): Promise<void>;
  /** Notes domains that the list allows; `*.` begins an entry that covers subdomains. A few hundred domains take a few dozen calls. */
  allowed(listedKeys: readonly string[]): Promise<void>;
  /** Takes domains that somebody just allowed outside Gatehouse, and notes those that look like a known domain. */
  unasked(listedKeys: readonly string[]): Promise<void>;
  /** Notes a domain whose people were let in. @param expires epoch seconds */
  letIn(domain: string, expires: number): Promise<void>;
}

/** @param ledger the usage table's deployed name */
export function knownDomains(client: AwsClient, ledger: string): KnownDomains {
  const table: DynamoTable = { client, name: ledger, key: tables.ledger.key };

  const row = { id: { S: WAITING_ID } };

  async function keepAlike(listedKeys: readonly string[]): Promise<void> {
    const { found } = await findKnownDomains(client, ledger, listedKeys);
    for (const askedDomain of listedKeys) {
      const alike = alikeAmong(found.filter((each) => each.asked === askedDomain));
      for (const { by, like } of alike.slice(0, MOST_NAMED))
        await write(table, UNASKED_ID, `${askedDomain} ${by} ${like}`, { most: MOST_UNASKED });
    }
  }

  return {
    async postpone() {
      await updateItem(table, row, { set: { turn: { S: randomUUID() } } });
    },
    async waiting() {
      const { turn, pass, after } = (await getItem(table, { id: WAITING_ID })) ?? {};
      if (turn?.S === undefined) return undefined;
      return { turn: pass?.S ?? turn.S, ...(after?.S !== undefined && { after: after.S }) };
    },
    async reached({ turn }, after) {
      if (after !== undefined) {
        await updateItem(table, row, { set: { pass: { S: turn }, after: { S: after } } });
        return;
      }
      const waitingEntries = (await readMembers(table, [WAITING_ID], MOST_UNASKED)).get(WAITING_ID) ?? [];
      await keepAlike(waitingEntries);
      for (let part = Math.ceil(waitingEntries.length / MOST_UNASKED); part > 1; part--)
        await updateItem(table, { id: { S: partId(WAITING_ID, part) } }, { remove: [DOMAINS] });
      const writeResult = await updateItem(table, row, { remove: ["turn", "pass", "after", DOMAINS] }, equal({ turn: { S: turn } }));
      if (!writeResult.written) await updateItem(table, row, { remove: ["pass", "after"] });
    },
    allowed: (listedKeys) => addListed(table, listedKeys),
    async unasked(listedKeys) {
      await keepAlike(listedKeys);
      if (listedKeys.length === 0 || (await getItem(table, { id: WAITING_ID }))?.turn === undefined) return;
      // If an import's domains are still to be noted, these entries may look like one of those domains. WAITING_ID keeps the entries for a
      // later comparison.
      for (const askedDomain of listedKeys) await write(table, WAITING_ID, askedDomain, { most: MOST_UNASKED });
    },
    async letIn(domain, expires) {
      const shape = buildShape(domain);
      if (shape !== undefined) await addLetIn(table, shape, expires);
    },
  };
}

async function addListed(table: DynamoTable, listedKeys: readonly string[]): Promise<void> {
  const domains = listedKeys.flatMap((member) => {
    const shape = buildShape(bare(member));
    return shape === undefined ? [] : [{ member, ids: keysToKnow(shape).map((key) => buildRowId("list", key)) }];
  });
  const firsts = domains.flatMap(({ ids }) => ids.slice(0, 1));
  const membersById = await readMembers(table, firsts, MOST_UNDER_KEY);
  const addedDomains = domains.filter(({ ids: [first = ""], member }) => !membersById.get(first)?.includes(member));
  const notes = (from: number, to?: number) =>
    addedDomains.flatMap(({ ids, member }) => ids.slice(from, to).map((id): Note => ({ id, member })));
  await writeAll(table, notes(1));
  // Writes the first key's row last. If a later call finds the domain in that row, the other rows have the domain too.
  await writeAll(table, notes(0, 1));
}

async function addLetIn(table: DynamoTable, shape: DomainShape, expires: number): Promise<void> {
  const member = shape.registered;
  const [first = "", ...others] = keysToKnow(shape).map((key) => buildRowId("decisions", key));
  const knownItem = await getItem(table, { id: first });
  const isFresh = Number(knownItem?.[EXPIRY_ATTRIBUTE]?.N ?? 0) >= expires - FRESH_SECONDS;
  if (knownItem?.[DOMAINS]?.SS?.includes(member) && isFresh) return;
  await Promise.all(others.map((id) => write(table, id, member, { expires })));
  // Writes the first key's row last. If a later call finds the domain in that row, the other rows have the domain too.
  await write(table, first, member, { expires });
}

interface Writing {
  readonly expires?: number;
  readonly most?: number;
}

/** Id of the row with further members once the rows before it are full. The first row, part 1, has the id itself. */
function partId(id: string, part: number): string {
  return part === 1 ? id : `${id}/${part}`;
}

async function write(table: DynamoTable, id: string, member: string, { expires, most = MOST_UNDER_KEY }: Writing = {}): Promise<void> {
  const expiry = expires === undefined ? {} : { set: { [EXPIRY_ATTRIBUTE]: { N: String(expires) } } };
  for (let part = 1; ; part++) {
    const row = { id: { S: partId(id, part) } };
    const { written } = await updateItem(table, row, { add: { [DOMAINS]: { SS: [member] } }, ...expiry }, (placeholders) => {
      const name = placeholders.name(DOMAINS);
      const room = `size(${name}) < ${placeholders.value({ N: String(most) })}`;
      return `attribute_not_exists(${name}) OR contains(${name}, ${placeholders.value({ S: member })}) OR ${room}`;
    });
    if (written) return;
    // Readers find a further row only through the full rows before it, so these have to last as long.
    if (expires !== undefined) await updateItem(table, row, expiry);
  }
}

/** Returns the members under each id, from all of its rows. Reads further rows only where a row is full. */
async function readMembers(
  { client, name: tableName }: Pick<DynamoTable, "client" | "name">,
  ids: readonly string[],
  most: number,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const members = new Map<string, readonly string[]>();
  let open: readonly string[] = [...new Set(ids)];
  for (let part = 1; open.length > 0; part++) {
    const addresses = open.map((id) => ({ tableName, key: toItem({ id: partId(id, part) }) }));
    const rows = new Map((await batchGet(client, addresses)).map(([, item]) => [item.id?.S, item[DOMAINS]?.SS ?? []] as const));
    const read = (id: string) => rows.get(partId(id, part)) ?? [];
    for (const id of open) members.set(id, [...(members.get(id) ?? []), ...read(id)]);
    open = open.filter((id) => read(id).length >= most);
  }
  return members;
}

/** Adds domains to rows. Most rows do not exist yet and are inserted in batches. Each other row gets one update for each domain. */
async function writeAll(table: DynamoTable, notes: readonly Note[]): Promise<void> {
  const rows = [...groupBy(notes, ({ id }) => id)].map(([id, those]) => [id, [...new Set(those.map(({ member }) => member))]] as const);
  const batches = Array.from({ length: Math.ceil(rows.length / MAX_STATEMENTS) }, (_, index) =>
    rows.slice(index * MAX_STATEMENTS, (index + 1) * MAX_STATEMENTS),
  ).values();
  const writeInTurn = async () => {
    for (const batch of batches) {
      const inserts = batch.map(([id, members]) => ({
        after: { id: { S: id }, [DOMAINS]: { SS: members.slice(0, MOST_UNDER_KEY) } },
      }));
      const insertedFlags = await replaceEach(table, inserts, { columns: [], ignored: [] });
      const left = batch.map(([id, members], index) => [id, insertedFlags[index] ? members.slice(MOST_UNDER_KEY) : members] as const);
      await Promise.all(left.flatMap(([id, members]) => members.map((member) => write(table, id, member))));
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, writeInTurn));
}

function buildRowId(by: KnownBy, key: string): string {
  return `${LOOK_ALIKE_PREFIX}${by}/${key}`;
}

const PEOPLE_DAYS = 14;

export interface LookAlikes {
  /**
   * Returns, for each domain, the known domains that it looks like, most similar first. Omits domains of which `similarTo` says `isKnown`.
   * Reads about thirty rows for a domain in one batch, and two more for the results, however long the list is.
   */
  lookAlikesOf(domains: readonly string[]): Promise<ReadonlyMap<string, readonly LookAlike[]>>;
  /**
   * Finds the known domains that a domain looks like, even if the domain is known. `isKnown`: the list allows it, or one with the same
   * registered domain.
   */
  similarTo(domain: string): Promise<{ readonly isKnown: boolean; readonly similar: readonly LookAlike[] }>;
  /** Returns the entries noted by `KnownDomains.unasked`, each with its most similar known domain. */
  unasked(): Promise<ReadonlyMap<string, LookAlike>>;
}

type Alike = Omit<LookAlike, "people">;

/** A known domain, `member`, that the domain `asked` may look like. `shape` is the shape of `asked`. */
interface Found {
  readonly asked: string;
  readonly member: string;
  readonly shape: DomainShape;
  readonly by: KnownBy;
}

async function findKnownDomains(client: AwsClient, ledger: string, domains: readonly string[]) {
  const shapes = [...new Set(domains)].flatMap((askedDomain) => {
    const shape = buildShape(bare(askedDomain));
    return shape === undefined ? [] : [{ asked: askedDomain, shape, keys: keysToFind(shape) }];
  });
  const ids = shapes.flatMap(({ keys }) => sources.flatMap((by) => keys.map((key) => buildRowId(by, key))));
  const membersById = await readMembers({ client, name: ledger }, ids, MOST_UNDER_KEY);
  const unaskedPairs = shapes.flatMap(({ asked, shape, keys }) =>
    sources.flatMap((by) => {
      // An import's new domain has no rows until a worker notes it, within minutes. So adds a guess, the domain that the asked one looks
      // like: `contoso.com` for `c0ntoso.com`. A guess that the list does not allow is dropped later.
      const reading = by === "list" ? [formatReading(shape)] : [];
      const members = new Set([...keys.flatMap((key) => membersById.get(buildRowId(by, key)) ?? []), ...reading]);
      return [...members].map((member): Found => ({ asked, member, shape, by }));
    }),
  );
  return { asked: shapes.map(({ asked }) => asked), found: unaskedPairs };
}

/** Returns the access list's current effect for each key. A key is absent if the list has no entry in force for the key. */
type ListWords = (keys: readonly string[], now: Date) => Promise<ReadonlyMap<string, "allow" | "approval" | "deny">>;

/** @param ledger the usage table's deployed name */
export function lookAlikes(client: AwsClient, ledger: string, readEffects: ListWords, now: () => Date = () => new Date()): LookAlikes {
  const counts = readDomainCounts(client, ledger, now);
  const wordsOn = (foundPairs: readonly Found[]) =>
    readEffects([...new Set(foundPairs.flatMap(({ asked, member }) => [asked, member, `*.${bare(member)}`]))], now());
  const addPeopleCounts = async (namedAlikes: readonly (readonly [string, readonly Alike[]])[]) => {
    const knownDomainNames = new Set(namedAlikes.flatMap(([, some]) => some.map(({ like }) => like)));
    const figures = await counts.domainDays([...knownDomainNames], PEOPLE_DAYS);
    const withPeople = ({ like, ...rest }: Alike): LookAlike => ({ like, ...rest, people: figures.get(like)?.all.people ?? 0 });
    return new Map(
      namedAlikes.flatMap(([asked, some]) => (some.length === 0 ? [] : [[asked, selectNearest(some.map(withPeople))] as const])),
    );
  };

  const compareDomains = async (domains: readonly string[]) => {
    const { asked, found } = await findKnownDomains(client, ledger, domains);
    const says = await wordsOn(found);
    return asked.map((domain) => {
      const standing = standingAmong(found, domain, says);
      // True if the known domain is on the access list and has the same registered domain as the asked one.
      return {
        domain,
        isKnown:
          says.get(domain) === "allow" ||
          standing.some(({ by, member, shape }: Found) => by === "list" && buildShape(bare(member))?.registered === shape.registered),
        alike: alikeAmong(standing),
      };
    });
  };

  return {
    async lookAlikesOf(domains) {
      return await addPeopleCounts((await compareDomains(domains)).map(({ domain, isKnown, alike }) => [domain, isKnown ? [] : alike]));
    },
    async similarTo(domain) {
      const [{ isKnown, alike } = { isKnown: false, alike: [] }] = await compareDomains([domain]);
      return { isKnown, similar: (await addPeopleCounts([[domain, alike]])).get(domain) ?? [] };
    },
    async unasked() {
      const members = (await readMembers({ client, name: ledger }, [UNASKED_ID], MOST_UNASKED)).get(UNASKED_ID) ?? [];
      const unaskedCandidates = members.flatMap((text): readonly Found[] => {
        const [asked = "", by = "", member = ""] = text.split(" ");
        const [shape, source] = [buildShape(bare(asked)), sources.find((each) => each === by)];
        return shape === undefined || source === undefined ? [] : [{ asked, member, shape, by: source }];
      });
      const says = unaskedCandidates.length === 0 ? new Map() : await wordsOn(unaskedCandidates);
      const entries = [...new Set(unaskedCandidates.map(({ asked }) => asked))].filter((entry) => says.get(entry) === "allow");
      const all = await addPeopleCounts(entries.map((entry) => [entry, alikeAmong(standingAmong(unaskedCandidates, entry, says))]));
      return new Map([...all].flatMap(([entry, [first]]) => (first === undefined ? [] : [[entry, first] as const])));
    },
  };
}

const sources: readonly KnownBy[] = ["list", "decisions"];

function bare(member: string): string {
  return member.replace(/^\*\./, "");
}

/**
 * Returns the pairs of `domain` whose known domain still counts: one from the list must still be allowed there, one from decisions must not
 * be denied.
 */
function standingAmong(foundPairs: readonly Found[], domain: string, says: ReadonlyMap<string, string>): readonly Found[] {
  const isAllowed = (member: string) => [member, `*.${bare(member)}`].some((key) => says.get(key) === "allow");
  return foundPairs.filter(
    ({ asked, by, member }) => asked === domain && (by === "list" ? isAllowed(member) : says.get(member) !== "deny"),
  );
}

function alikeAmong(foundPairs: readonly Found[]): readonly Alike[] {
  const alike = foundPairs.flatMap(({ member, shape, by }) => {
    const knownShape = buildShape(bare(member));
    const likeness = knownShape && findLikeness(shape, knownShape);
    return likeness === undefined ? [] : [{ like: bare(member), by, shown: shape.shown, ...likeness }];
  });
  // `alike` has the domains of the list first. So if a domain is known from the list and from decisions, its item from the list is kept.
  const once = alike.filter((each, index) => alike.findIndex(({ like }) => like === each.like) === index);
  return once.toSorted((a, b) => rank(a) - rank(b)).slice(0, MOST_COUNTED);
}

/** Among equally similar ones, domains with more people come first, because a domain with few people may be an imitation itself. */
function selectNearest(alike: readonly LookAlike[]): readonly LookAlike[] {
  return alike.toSorted((a, b) => rank(a) - rank(b) || b.people - a.people).slice(0, MOST_NAMED);
}

function rank({ place, looksSame }: Likeness): number {
  return place === "letters" ? (looksSame ? 0 : 1) : place === "words" ? 2 : 3;
}
