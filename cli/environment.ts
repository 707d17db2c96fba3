import { readFileSync } from "node:fs";
import { didYouMean } from "../engine/problem-texts";
import { localZone } from "../engine/zone-time";

/** Variables that people set. docs/cli.md lists what reads each of them. */
export const variables = [
  "GATEHOUSE_CLIENT_SECRET",
  "GATEHOUSE_DEBUG",
  "GATEHOUSE_PASSWORD",
  "GATEHOUSE_PFX_PASSPHRASE",
  "GATEHOUSE_STAGE",
  "GATEHOUSE_TOKEN",
  "GATEHOUSE_USERNAME",
] as const;

const OWN = /^GATEHOUSE_(?:OPTIONS|ENDPOINT_\w+)$/;

/** A variable that begins with GATEHOUSE_ and that nothing reads may be mistyped. */
export function describeUnknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const knownVariables: readonly string[] = variables;
  return Object.keys(env)
    .filter((name) => name.startsWith("GATEHOUSE_") && !knownVariables.includes(name) && !OWN.test(name))
    .map((name) => `Nothing reads the variable ${name}.${didYouMean(name, knownVariables) || " docs/cli.md lists those that are read."}`);
}

/** The facts for a note on wrong local times. */
export interface ZoneData {
  /** The version of Node's time zone data: `2025c`. */
  readonly node: string | undefined;
  /** The version of the system's data, which other programs use. Undefined if it cannot be read, as on Windows. */
  readonly system: string | undefined;
  readonly zone: string | undefined;
}

export function readZoneData(): ZoneData {
  // The files that contain the system's version: the first on Linux, the second on macOS.
  const texts = ["tzdata.zi", "+VERSION"].map((name) => readStart(`/usr/share/zoneinfo/${name}`));
  const system = texts.map((text) => /^(?:# version )?(\d{4}[a-z]+)\s/.exec(text)?.[1]).find((version) => version !== undefined);
  return { node: process.versions.tz, system, zone: localZone() };
}

function readStart(path: string): string {
  try {
    return readFileSync(path, "utf8").slice(0, 100);
  } catch {
    return "";
  }
}

/** Says that local times may be wrong if Node's time zone data is older than the system's. Undefined in UTC, where clocks never change. */
export function describeOldZones({ node, system, zone }: ZoneData): string | undefined {
  if (node === undefined || system === undefined || node >= system || zone === "UTC") return undefined;
  return `Node's time zones are of ${node}, this system's of ${system}: a local time may be an hour off. Update Node, or write times in UTC, 2026-12-01T18:00Z.`;
}

let isLocalTimeUsed = false;

export function noteLocalTime(): void {
  isLocalTimeUsed = true;
}

/** True if this run has printed or read a local time since the last call of this function. */
export function takeLocalTimeNote(): boolean {
  const wasUsed = isLocalTimeUsed;
  isLocalTimeUsed = false;
  return wasUsed;
}
