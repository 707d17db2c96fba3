import { grouped } from "../engine/grouped";
import { sampled, type UsedKey } from "./partition-keys";
import { type Report, tellProgress } from "./report";

// The first bottleneck of DynamoDB's partitions under the keys of sign-ups.

const SIGN_UPS = 2_000;
/** A partition's limits a second, in DynamoDB's units. */
const READS = 3_000;
const WRITES = 1_000;
/** Partitions of a new table on demand, and of each of its indexes. */
const NEW_PARTITIONS = 4;
const SHOWN = 6;

/** Finds the first bottleneck as sign-ups grow. @param size sign-ups whose keys are read */
export async function partitions(size = SIGN_UPS): Promise<Report> {
  tellProgress(`partitions: the keys of ${size} sign-ups`);
  const keys = await sampled(size);
  const walls = wallsOf(keys);
  const fresh = 1 / Math.max(...newPartitions(keys).map(heatOf));
  return {
    title: `Partitions of DynamoDB under sign-ups of two steps, by the keys of ${size} of them`,
    tables: [
      [
        ["a key that cannot be split", "gives at sign-ups a second", "reads a sign-up", "writes"],
        ...walls
          .slice(0, SHOWN)
          .map(({ key, at }) => [`${key.place} ${key.key}`, at.toFixed(0), key.reads.toFixed(2), key.writes.toFixed(2)]),
      ],
    ],
    notes: [
      `New tables give at ${fresh.toFixed(0)} sign-ups a second, split ones at ${walls[0]?.at.toFixed(0)}.`,
      `A partition takes ${READS} reads and ${WRITES} writes a second; a new table on demand, and each of its indexes, has ${NEW_PARTITIONS}.`,
      "DynamoDB splits a hot partition within minutes, until it holds one key alone; a key is split by its sort key unless that grows with time.",
      "The keys are those that the handlers of both steps and the counter use on tables in memory.",
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

/** The keys in each partition of tables and indexes that are new. */
function newPartitions(keys: readonly UsedKey[]): readonly (readonly UsedKey[])[] {
  return [...grouped(keys, ({ place, partition }) => `${place} ${Math.floor(hashed(partition) * NEW_PARTITIONS)}`).values()];
}

/** The share of a partition's limit that one sign-up a second uses. */
function heatOf(keys: readonly UsedKey[]): number {
  const sum = (unit: "reads" | "writes") => keys.reduce((total, key) => total + key[unit], 0);
  return Math.max(sum("reads") / READS, sum("writes") / WRITES);
}

/** Hashes a text to an evenly distributed number below 1. */
function hashed(text: string): number {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ letter.charCodeAt(0), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return ((value ^ (value >>> 13)) >>> 0) / 2 ** 32;
}
