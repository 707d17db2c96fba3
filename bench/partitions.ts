import { sampled, type UsedKey } from "./partition-keys";
import { type Report, tellProgress } from "./report";

// DynamoDB's partitions under the keys of sign-ups: throttled calls on the first day, and after partitions were split for heat.

const RATES = [500, 2_000, 5_000];
const SIGN_UPS = 2_000;
/** Partitions of a new table on demand, and of each of its indexes: 12,000 reads and 4,000 writes a second. */
const NEW_PARTITIONS = 4;
const READS = 3_000;
const WRITES = 1_000;
const SHOWN = 6;

/** A key's part of a partition. */
interface Slice extends UsedKey {
  readonly share: number;
}

/** Finds the first bottleneck as sign-ups grow. @param size sign-ups whose keys are read */
export async function partitions(size = SIGN_UPS): Promise<Report> {
  tellProgress(`partitions: the keys of ${size} sign-ups`);
  const keys = await sampled(size);
  const walls = wallsOf(keys);
  const places = new Set(keys.map(({ place }) => place));
  const fresh = [...places].flatMap((place) => spread(keys.filter((key) => key.place === place)));
  const first = 1 / Math.max(...fresh.map((slices) => heat(slices, 1)));
  const rows = RATES.map((rate) => {
    const settled = settle(fresh, rate);
    const [wall] = settled.filter((slices) => heat(slices, rate) > 1).sort((one, other) => heat(other, rate) - heat(one, rate));
    return [
      String(rate),
      refused(fresh, rate),
      placeOf([...fresh].sort((one, other) => heat(other, rate) - heat(one, rate))[0]),
      refused(settled, rate),
      wall === undefined ? "nothing" : `${wall[0]?.place} ${wall[0]?.key}`,
      String(settled.length),
    ];
  });
  return {
    title: `Partitions of DynamoDB under sign-ups of two steps, by the keys of ${size} of them`,
    tables: [
      [["sign-ups a second", "refused, new tables", "hottest", "refused, split for heat", "what gives", "partitions"], ...rows],
      [
        ["a key that cannot be split", "gives at sign-ups a second", "reads a sign-up", "writes"],
        ...walls
          .slice(0, SHOWN)
          .map(({ key, at }) => [`${key.place} ${key.key}`, at.toFixed(0), key.reads.toFixed(2), key.writes.toFixed(2)]),
      ],
    ],
    notes: [
      `New tables give at ${first.toFixed(0)} sign-ups a second, split ones at ${walls[0]?.at.toFixed(0)}.`,
      `A partition takes ${READS} reads and ${WRITES} writes a second; a new table on demand, and each of its indexes, has ${NEW_PARTITIONS}.`,
      "A partition above that is split at half of its heat until it holds one key alone; a key is split by its sort key unless that grows with time.",
      "The keys are those that the handlers of both steps and the counter use on tables in memory. DynamoDB splits within minutes, not at once.",
    ],
  };
}

/** The keys that cannot be split, each with the sign-ups a second at its limit, the lowest first. */
export function wallsOf(keys: readonly UsedKey[]) {
  return keys
    .filter(({ isOrdered, sorts }) => isOrdered || sorts < 2)
    .map((key) => ({ key, at: Math.min(READS / key.reads, WRITES / key.writes) }))
    .sort((one, other) => one.at - other.at);
}

/** Hashes a text to an evenly distributed number below 1. */
function hashed(text: string): number {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ letter.charCodeAt(0), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return ((value ^ (value >>> 13)) >>> 0) / 2 ** 32;
}

function spread(keys: readonly UsedKey[]): readonly (readonly Slice[])[] {
  return Array.from({ length: NEW_PARTITIONS }, (_, index) =>
    keys.filter(({ partition }) => Math.floor(hashed(partition) * NEW_PARTITIONS) === index).map((key) => ({ ...key, share: 1 })),
  );
}

function heatOf({ reads, writes, share }: Slice): number {
  return share * Math.max(reads / READS, writes / WRITES);
}

/** Load relative to the limits: above 1, DynamoDB refuses some calls. */
function heat(slices: readonly Slice[], rate: number): number {
  const sum = (of: (slice: Slice) => number) => rate * slices.reduce((total, slice) => total + slice.share * of(slice), 0);
  return Math.max(sum(({ reads }) => reads) / READS, sum(({ writes }) => writes) / WRITES);
}

function settle(partitions: readonly (readonly Slice[])[], rate: number): readonly (readonly Slice[])[] {
  const done: (readonly Slice[])[] = [];
  const open = [...partitions];
  for (let slices = open.pop(); slices !== undefined; slices = open.pop()) {
    const halves = heat(slices, rate) > 1 ? split(slices) : undefined;
    if (halves === undefined) done.push(slices);
    else open.push(...halves);
  }
  return done;
}

function split(slices: readonly Slice[]): readonly (readonly Slice[])[] | undefined {
  const [hottest] = [...slices].sort((one, other) => heatOf(other) - heatOf(one));
  if (hottest === undefined) return undefined;
  const others = slices.filter((slice) => slice !== hottest);
  const total = slices.reduce((sum, slice) => sum + heatOf(slice), 0);
  if (heatOf(hottest) > total / 2) {
    if (others.length > 0) return [[hottest], others];
    if (hottest.isOrdered || hottest.sorts < 2) return undefined;
    const half = { ...hottest, share: hottest.share / 2 };
    return [[half], [half]];
  }
  const byHash = [...slices].sort((one, other) => hashed(one.partition) - hashed(other.partition));
  let sum = 0;
  const at = byHash.findIndex((slice) => {
    sum += heatOf(slice);
    return sum > total / 2;
  });
  return [byHash.slice(0, Math.max(1, at)), byHash.slice(Math.max(1, at))];
}

/** The share of reads and writes that DynamoDB refuses at first. */
function refused(partitions: readonly (readonly Slice[])[], rate: number): string {
  const load = (slices: readonly Slice[]) => rate * slices.reduce((sum, { reads, writes, share }) => sum + share * (reads + writes), 0);
  const all = partitions.reduce((sum, slices) => sum + load(slices), 0);
  const over = partitions.reduce((sum, slices) => sum + load(slices) * Math.max(0, 1 - 1 / heat(slices, rate)), 0);
  return `${((100 * over) / all).toFixed(1)} %`;
}

function placeOf(slices: readonly Slice[] | undefined): string {
  const [hottest] = [...(slices ?? [])].sort((one, other) => heatOf(other) - heatOf(one));
  return `${hottest?.place} ${hottest?.key}`;
}
