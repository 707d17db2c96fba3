import * as v from "valibot";
import { optionSchema } from "../../engine/option-schema";
import { isBuiltInAttribute, isListAttribute } from "../../engine/protocols/attributes";
import { accountKeys } from "../../engine/sign-up/account-key";
import { assertSettable, isRounded } from "../../engine/sign-up/attributes";
import type { Context, RecordKey, Row } from "../../engine/sign-up/rule";
import { assertRuleOptions, readElsewhere } from "../../engine/sign-up/rule-options";
import type { Attributes, SignUp } from "../../engine/sign-up/sign-up";
import { NotAsked, type Source } from "../../engine/sign-up/source";
import { sameMailbox } from "../../engine/sign-up/spellings";
import { narrowing, trusting } from "../../engine/sign-up/trust";

/** Options: the identity providers whose people are found by address. */
export interface ProfilesOptions {
  /** Identity providers, to narrow the step's `trust`. With `[]`, people are found only by account. @default the step's `trust` */
  readonly trust?: readonly string[];
}

const notAttributes = new Set(["person", "note", "expiresAt"]);

/**
 * The Profiles table, as a source for `prefill` and `lookup`. See docs/recipes/prefill.md.
 *
 * @remarks It never searches by an address that no trusted provider confirms: see `untrusted` of `lookup`.
 * @throws TypeError if `trust` is not a list of identity providers
 *
 * @example
 * prefill(profiles())
 */
export function profiles(options: ProfilesOptions = {}): Source {
  if (typeof GATEHOUSE_OPTIONS === "undefined")
    assertRuleOptions("profiles", options, optionSchema<ProfilesOptions>({ trust: v.optional(readElsewhere<readonly string[]>()) }));
  const { trust } = options;
  const trusts = trusting(trust, "profiles");
  const candidates = (signUp: SignUp): readonly Candidate[] => {
    const byAccount = accountKeys(signUp.identities).map((person) => ({ person, kind: "account" as const }));
    if (!trusts(signUp)) return byAccount;
    return [...byAccount, ...sameMailbox(signUp.email).map((person) => ({ person, kind: "address" as const }))];
  };
  const findFirstHit = (signUp: SignUp, { records }: Context): Hit | undefined => {
    for (const { person, kind } of candidates(signUp)) {
      const row = records.get(rowKey(person));
      if (row !== undefined) return { row, kind };
    }
    return undefined;
  };
  return {
    name: "profiles",
    uses: [{ table: "profiles", access: "read" }],
    asks: [],
    byAddress: trust?.length !== 0,
    ...narrowing(trust, "profiles"),
    needs: (signUp) => candidates(signUp).map(({ person }) => rowKey(person)),
    find(signUp, context) {
      const hit = findFirstHit(signUp, context);
      if (hit !== undefined) return readAttributes(hit.row, signUp);
      // If `trust` is empty, only accounts are searched. So an account without a row is "not found", not "not asked".
      return trust?.length === 0 || trusts(signUp) ? undefined : new NotAsked("untrusted");
    },
    evidence(signUp, context): { profile?: string } {
      const hit = findFirstHit(signUp, context);
      return hit === undefined ? {} : { profile: hit.kind };
    },
  };
}

interface Candidate {
  readonly person: string;
  readonly kind: "account" | "address";
}

interface Hit extends Pick<Candidate, "kind"> {
  readonly row: Row;
}

function rowKey(person: string): RecordKey {
  return { table: "profiles", key: { person } };
}

/** If an attribute cannot have its cell's value, null clears the typed value, which the profile does not confirm. */
function readAttributes(row: Row, signUp: SignUp): Attributes {
  const namedCells = Object.entries(row).filter(([column]) => !notAttributes.has(column) && isSettable(column));
  return Object.fromEntries(namedCells.map(([column, cell]) => [column, isValue(column, cell, signUp) ? cell : null])) as Attributes;
}

/** True if rules may set the attribute that the column names. Others are ignored, because operators may keep columns for their own use. */
function isSettable(column: string): boolean {
  try {
    assertSettable(column);
    return true;
  } catch {
    return false;
  }
}

function isValue(column: string, cell: unknown, signUp: SignUp): boolean {
  if (Array.isArray(cell)) return takesList(column, signUp) && cell.length > 0 && cell.every((each) => typeof each === "string");
  if (typeof cell === "string") return cell.trim() !== "";
  if (typeof cell === "number") return Number.isFinite(cell) && !isRounded(cell);
  return typeof cell === "boolean" && !isBuiltInAttribute(column);
}

function takesList(column: string, { step, source, listAttributes }: SignUp): boolean {
  if (isBuiltInAttribute(column)) return false;
  return step === "before-sending-token" || source === "external-tenant" || isListAttribute(column, listAttributes);
}
