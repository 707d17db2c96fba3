import { system } from "../../../adapters/system";
import { keyedHash } from "../../../engine/sign-up/person";
import type { Ports } from "../../../engine/sign-up/ports";
import { makeRule, type RecordKey, type Rule } from "../../../engine/sign-up/rule";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import type { AnyVerdict, Effect, Put } from "../../../engine/sign-up/verdict";
import { countingRows } from "../../../features/counting-rows";

/** Keyed as a deployment's would be. */
export const hashOf = keyedHash("a key of the tests");

export const NOW = new Date("2026-03-01T12:00:00Z");

/** Somebody asking to be let in. */
export function person(changes: Partial<SignUp> = {}): SignUp {
  return {
    step: "before-create-user",
    email: "kim@contoso.com",
    identities: [],
    attributes: { displayName: "kim", city: "seoul" },
    locales: ["en"],
    source: "b2b",
    ...changes,
  };
}

/** An outside that holds nothing, takes every write and has a second left for the rules. */
export function world(changes: Partial<Ports> = {}): Ports {
  return {
    read: async () => new Map(),
    write: async () => true,
    counts: countingRows,
    secret: async () => "",
    hashOf,
    ...system,
    now: NOW,
    remainingMs: 1_400,
    ...changes,
  };
}

/** A rule that always says the same. */
export function saying(name: string, verdict: AnyVerdict) {
  const sets = verdict?.kind === "continue" ? Object.keys(verdict.attributes ?? {}) : [];
  return makeRule({ name, reads: [], sets, decide: () => verdict } as Rule<"before-create-user">);
}

/** A rule that never answers. */
export const hanging = makeRule({ name: "hanging", decide: () => new Promise<never>(() => undefined) });

export const CONTINUE = { kind: "continue" } as const;

export function block(reason: string, effects?: readonly Effect[]) {
  return { kind: "block" as const, reason, ...(effects && { effects }) };
}

export function invalid(...attributes: string[]) {
  return { kind: "invalid" as const, problems: attributes.map((attribute) => ({ attribute, reason: "attribute.invalid" })) };
}

export function key(entry: string): RecordKey {
  return { table: "accessList", key: { entry } };
}

export function effect(entry: string, changes: Partial<Put & Effect> = {}): Put & Effect {
  return { table: "accessList", item: { entry }, condition: "absent", onConflict: block("lost"), ...changes };
}
