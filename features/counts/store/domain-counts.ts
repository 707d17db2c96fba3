import type { AwsClient } from "../../../adapters/aws/client";
import { type Item, toItem } from "../../../adapters/tables/item";
import { batchGet, type DynamoTable } from "../../../adapters/tables/table";
import { EXPIRY_ATTRIBUTE, tables } from "../../../adapters/tables/tables";
import { mapInBatches } from "../../../engine/collections";
import { keepGiven } from "../../../engine/json";
import type { DecisionRecord } from "../../../engine/sign-up/record";
import { outcomeSum, toOutcomeKind } from "../../../engine/sign-up/recording";
import { MS_PER_DAY } from "../../../engine/sign-up/time";
import { type Counts, sumCounts } from "../counts";
import {
  type CountedDays,
  countedDomain,
  type DomainFigures,
  domainAnswers,
  domainCounts,
  packedSketch,
  peopleInSketch,
  sketchIn,
  sketchPlace,
} from "../domain-counts";
import { binary, countOnce, countsIn, readBytes, type StreamedDecision, writeInTurn } from "./counted-rows";
import { COUNTS_PREFIX } from "./counts";

// One row for each domain and day, in UTC. Another row for each day names the domains with the most refused or most admitted people.

/** Limit of the domains in each of a day's two lists. */
const NAMED = 100;
const AT_ONCE = 10;
/** `names` has each domain's number of refused people, `letIn` its number of decisions that let people in. */
const NAMES = { refused: "names", letIn: "letIn" } as const;
export type TopBy = keyof typeof NAMES;

export interface DomainCountStore {
  /** Counts each decision once. `expires` returns when a row expires, in epoch seconds, for the time of a decision. */
  add(decisions: readonly StreamedDecision[], expires: (at: string) => number): Promise<void>;
}

/** Each row is read by its key, however many decisions there are. The counts are up to five minutes old. */
export interface DomainCounts {
  /** Returns the last days of some domains, up to today: each day, and their sum. A domain without counts has zeros. */
  domainDays(domains: readonly string[], days: number): Promise<ReadonlyMap<string, CountedDays>>;
  /**
   * Returns the hundred domains with most people of each day, including large mail providers. The domain with the highest number of `by`
   * comes first. The default of `by` is `refused`.
   */
  namesOfTop(since: Date, by?: TopBy): Promise<readonly string[]>;
  /**
   * The highest number of people or decisions that a domain which `namesOfTop` leaves out can have: the sum of each full day's lowest
   * number. 0 if it leaves out none.
   */
  mostOfOthers(since: Date, by?: TopBy): Promise<number>;
  /** The domains of `namesOfTop`. Reads one row for each domain and day. */
  topDomains(since: Date, by?: TopBy): Promise<readonly (DomainFigures & { readonly domain: string })[]>;
}

export const DOMAIN_COUNTS_PREFIX = `${COUNTS_PREFIX}domain/`;

function rowId(domain: string, day: string): string {
  return `${DOMAIN_COUNTS_PREFIX}${domain}/${day}`;
}

function topId(day: string): string {
  return `${COUNTS_PREFIX}domains/${day}`;
}

export function domainCountStore(client: AwsClient, name: string): DomainCountStore {
  const table: DynamoTable = { client, name, key: tables.ledger.key };

  return {
    async add(decisions, expires) {
      const places = new Map<string, { domain: string; day: string; some: StreamedDecision[] }>();
      for (const decision of decisions) {
        const domain = countedDomain(decision.record);
        const day = decision.record.at.slice(0, 10);
        if (domain === undefined) continue;
        const place = places.get(rowId(domain, day)) ?? { domain, day, some: [] };
        places.set(rowId(domain, day), place);
        place.some.push(decision);
      }
      const addedDays = await mapInBatches([...places.values()], AT_ONCE, ({ domain, day, some }) =>
        addTo(table, domain, day, some, expires(some[0]?.record.at ?? day)),
      );
      for (const day of new Set(addedDays.map((each) => each.day))) {
        const ownDays = addedDays.filter((each) => each.day === day);
        await nameTop(table, day, ownDays, Math.max(...ownDays.map((each) => each.expires)));
      }
    },
  };
}

async function addTo(table: DynamoTable, domain: string, day: string, decisions: readonly StreamedDecision[], expires: number) {
  const row = await countOnce(table, rowId(domain, day), { decisions, expires }, (records, current) => {
    const times = [current?.first?.S, current?.last?.S, ...records.map(({ at }) => at)].filter((at) => at !== undefined).sort();
    return {
      add: domainCounts(records, countsIn(current)),
      set: {
        first: { S: times[0] ?? "" },
        last: { S: times.at(-1) ?? "" },
        ...withPeople("people", current, records),
        ...withPeople(
          "refused",
          current,
          records.filter((record) => toOutcomeKind(record) === "block"),
        ),
      },
    };
  });
  return { domain, day, expires, refused: parseSketch(row.refused).size, letIn: domainAnswers(countsIn(row)).answers.continue };
}

/** The numbers are those in the domains' own rows, so a repeated write changes nothing. */
async function nameTop(
  table: DynamoTable,
  day: string,
  countedDomains: readonly ({ readonly domain: string } & Readonly<Record<TopBy, number>>)[],
  expires: number,
) {
  await writeInTurn(table, topId(day), (current) => {
    const texts = (Object.keys(NAMES) as TopBy[]).map((by) => [NAMES[by], topNames(current, countedDomains, by)] as const);
    if (texts.every(([name, text]) => text === (current?.[name]?.S ?? NOBODY))) return undefined;
    return { set: toItem({ ...Object.fromEntries(texts), [EXPIRY_ATTRIBUTE]: expires }) };
  });
}

/** The column's value if it names no domain. */
const NOBODY = "{}";

function topNames(
  current: Item | undefined,
  countedDomains: readonly ({ readonly domain: string } & Readonly<Record<TopBy, number>>)[],
  by: TopBy,
) {
  const all = new Map(namesIn(current, by));
  for (const { domain, [by]: count } of countedDomains) if (count > 0) all.set(domain, Math.max(count, all.get(domain) ?? 0));
  return JSON.stringify(Object.fromEntries([...all].sort(([, a], [, b]) => b - a).slice(0, NAMED)));
}

/** Adds people to the column. If there are none, it omits the column, because DynamoDB may refuse an empty value. */
function withPeople(name: "people" | "refused", current: Item | undefined, records: readonly DecisionRecord[]): Item {
  const people = parseSketch(current?.[name]);
  for (const { personId } of records) if (personId !== undefined) people.add(sketchPlace(personId));
  return people.size === 0 ? {} : { [name]: binary(packedSketch(people)) };
}

function parseSketch(cell: Item[string] | undefined): Set<number> {
  return sketchIn(readBytes(cell));
}

/** The numbers by domain. Empty if somebody has written an unreadable value. The next write corrects it. */
function namesIn(item: Item | undefined, by: TopBy): ReadonlyMap<string, number> {
  try {
    return new Map(Object.entries(JSON.parse(item?.[NAMES[by]]?.S ?? NOBODY) as object).filter(([, count]) => typeof count === "number"));
  } catch {
    return new Map();
  }
}

export function readDomainCounts(client: AwsClient, name: string, now: () => Date = () => new Date()): DomainCounts {
  const readItems = async (ids: readonly string[]) => {
    const foundItems = await batchGet(
      client,
      ids.map((id) => ({ tableName: name, key: toItem({ id }) })),
    );
    return new Map(foundItems.map(([, item]) => [item.id?.S, item] as const));
  };

  const daysSince = (since: Date) =>
    daysBackFrom(now(), Math.floor((Date.parse(dayIn(now())) - Date.parse(dayIn(since))) / MS_PER_DAY) + 1);

  const namesByDay = async (since: Date, by: TopBy) =>
    [...(await readItems(daysSince(since).map(topId))).values()].map((item) => namesIn(item, by));

  return {
    async domainDays(domains, count) {
      const days = daysBackFrom(now(), count);
      const rows = await readItems(domains.flatMap((domain) => days.map((day) => rowId(domain, day))));
      return new Map(
        domains.map((domain) => {
          const items = days.map((day) => ({ day, item: rows.get(rowId(domain, day)) }));
          const each = items.map(({ day, item }) => ({ day, ...computeFigures(item === undefined ? [] : [item]) }));
          return [domain, { days: each, all: computeFigures(items.flatMap(({ item }) => (item === undefined ? [] : [item]))) }];
        }),
      );
    },
    async namesOfTop(since, by = "refused") {
      const all = new Map<string, number>();
      for (const names of await namesByDay(since, by)) {
        for (const [domain, count] of names) all.set(domain, (all.get(domain) ?? 0) + count);
      }
      return [...all].sort(([, a], [, b]) => b - a).map(([domain]) => domain);
    },
    async mostOfOthers(since, by = "refused") {
      const days = await namesByDay(since, by);
      return days.reduce((sum, names) => sum + (names.size < NAMED ? 0 : Math.min(...names.values())), 0);
    },
    async topDomains(since, by = "refused") {
      const figures = await this.domainDays(await this.namesOfTop(since, by), daysSince(since).length);
      const getSortCount = ({ refused, answers }: DomainFigures) => (by === "refused" ? refused : answers.continue);
      return [...figures].map(([domain, counted]) => ({ domain, ...counted.all })).sort((a, b) => getSortCount(b) - getSortCount(a));
    },
  };
}

function dayIn(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

function daysBackFrom(now: Date, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => dayIn(new Date(now.getTime() - (count - 1 - index) * MS_PER_DAY)));
}

function computeFigures(items: readonly Item[]): DomainFigures {
  const counts: Counts = sumCounts(items.map(countsIn));
  const domainFigures = domainAnswers(counts);
  // The number of people is an estimate, so it is limited to the exact number of decisions.
  const together = (name: "people" | "refused", most: number) =>
    Math.min(most, peopleInSketch(new Set(items.flatMap((item) => [...parseSketch(item[name])]))));
  const first = items.flatMap(({ first }) => first?.S ?? []).sort()[0];
  const last = items
    .flatMap(({ last }) => last?.S ?? [])
    .sort()
    .at(-1);
  return {
    ...domainFigures,
    people: together("people", outcomeSum(domainFigures.answers) + domainFigures.wentOn),
    refused: together("refused", domainFigures.answers.block),
    ...keepGiven({ first, last }),
  };
}
