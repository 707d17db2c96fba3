import type { AboutRule, Misplaced } from "../engine/about-rule";
import { about } from "./lists/about";
import { sortByPlace } from "./place";

/** Every rule that a policy can use, in the order of the docs. */
export const ruleRegistry: readonly AboutRule[] = sortByPlace<AboutRule>(about);

/** The rules whose `steps` differ from their types. A type test ensures that there are none. */
export type MisplacedRules = Misplaced<(typeof about)[number]>;

/** Exports of rules' folders that policies may use besides the rules. */
export const ruleHelpers: readonly string[] = ruleRegistry.flatMap(({ helpers = [] }) => helpers);

/** Reasons of Gatehouse itself, for any policy. */
export const reasonsOfNoRule = [
  "request.email",
  "request.unreadable",
  "request.step",
  "request.tenant",
  "request.drill",
  "posture.closed",
  "posture.listed",
  "gatehouse.unavailable",
  "gatehouse.blocked",
] as const;
