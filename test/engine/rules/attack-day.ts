import { system } from "../../../adapters/system";
import { toItem } from "../../../adapters/tables/item";
import { rows } from "../../../adapters/tables/rows";
import { decide } from "../../../engine/sign-up/engine";
import { keyedHash } from "../../../engine/sign-up/person";
import { beforeCreateUser } from "../../../engine/sign-up/policy";
import type { SignUp } from "../../../engine/sign-up/sign-up";
import { MS_PER_DAY, MS_PER_HOUR } from "../../../engine/sign-up/time";
import { accessList } from "../../../features/access-list/rule";
import { requestApproval } from "../../../features/approvals/request-approval";
import { countingRows } from "../../../features/counting-rows";
import { limit } from "../../../features/limit/rule";
import { memoryTables } from "../../memory/tables";
import { createKeyTable } from "../../support/key-table";

/** A policy for a flow that anybody may use. */
const policy = beforeCreateUser(
  [
    accessList({ otherwise: "continue" }),
    limit({
      by: "network",
      windows: [
        { max: 5, per: "1h" },
        { max: 8, per: "1d" },
      ],
      then: "approval",
    }),
    requestApproval({ when: "approval" }),
  ],
  { trust: "any", admitsEverybody: "A flow that anybody may use." },
);

const DAY = Date.parse("2026-06-15T00:00:00Z");
const LISTED = "partner.example";
/** In the small hours, over three of them. */
const ATTACK = { from: DAY + 2 * MS_PER_HOUR, hours: 3, networks: 3, domains: 40 };

interface Arrival {
  readonly kind: "attack" | "listed" | "others";
  readonly at: number;
  readonly signUp: SignUp;
}

/** Of each kind how many came, and how many of them were let in; calls of the database, by operation and answer. */
export interface AttackDay {
  readonly came: Readonly<Record<Arrival["kind"], number>>;
  readonly letIn: Readonly<Record<Arrival["kind"], number>>;
  /** The most of one sign-up. */
  readonly reads: number;
  /** The most of one that was stopped, and of one that was let in. */
  readonly writes: { readonly stopped: number; readonly letIn: number };
}

/** A day of sign-ups, so many of them of an attack, by the real rules over tables in memory. */
export async function attackDay(size: number, attackers: number): Promise<AttackDay> {
  const tables = memoryTables();
  let calls: string[] = [];
  await createKeyTable(tables, "accessList", "accessList");
  await createKeyTable(tables, "decisions", "decisions");
  await createKeyTable(tables, "ledger", "ledger");
  await createKeyTable(tables, "approvals", "approvals");
  await tables.call("PutItem", { TableName: "accessList", Item: toItem({ entry: LISTED, effect: "allow" }) });
  tables.before((operation) => void calls.push(operation));
  const { read, write } = rows(tables, (name) => name);
  const hashOf = keyedHash("k".repeat(64));
  const came = { attack: 0, listed: 0, others: 0 };
  const letIn = { attack: 0, listed: 0, others: 0 };
  const most = { reads: 0, writes: { stopped: 0, letIn: 0 } };
  for (const { kind, at, signUp } of arrivals(size, attackers)) {
    calls = [];
    const ports = { ...system, counts: countingRows, read, write, secret: async () => "", hashOf, now: new Date(at), remainingMs: 60_000 };
    const { answer } = await decide(policy, signUp, ports);
    came[kind] += 1;
    const isLetIn = answer.kind === "continue";
    if (isLetIn) letIn[kind] += 1;
    const writes = calls.filter((operation) => operation !== "BatchGetItem").length;
    most.reads = Math.max(most.reads, calls.length - writes);
    const which = isLetIn ? "letIn" : "stopped";
    most.writes[which] = Math.max(most.writes[which], writes);
  }
  return { came, letIn, ...most };
}

/** In the order of time. Every third person works at the listed partner, behind one of its networks. */
function arrivals(size: number, attackers: number): readonly Arrival[] {
  const step = (ATTACK.hours * MS_PER_HOUR) / attackers;
  const attack = Array.from({ length: attackers }, (_, index): Arrival => {
    const email = `user${index}@fresh${index % ATTACK.domains}.example`;
    const host = (index % 60_000).toString(16);
    return { kind: "attack", at: ATTACK.from + index * step, signUp: signUpOf(email, `2001:db8:bad:${index % ATTACK.networks}::${host}`) };
  });
  const rest = Array.from({ length: size - attackers }, (_, index): Arrival => {
    const isListed = index % 3 === 0;
    const email = isListed ? `p${index}@${LISTED}` : `p${index}@gmail.com`;
    const ip = isListed ? `198.51.100.${index % 4}` : `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
    return { kind: isListed ? "listed" : "others", at: DAY + (index * MS_PER_DAY) / (size - attackers), signUp: signUpOf(email, ip) };
  });
  return [...attack, ...rest].sort((one, other) => one.at - other.at);
}

function signUpOf(email: string, ipAddress: string): SignUp {
  const identities = [{ issuer: "mail", issuerAssignedId: email }];
  return { step: "before-create-user", source: "external-tenant", email, ipAddress, identities, attributes: {}, locales: ["en"] };
}
