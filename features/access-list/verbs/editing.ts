import type { Concern } from "../../../adapters/operator/act";
import { type Acting, actingAt } from "../../../cli/act";
import type { CommandContext } from "../../../cli/command";
import type { Deployment } from "../../../cli/deployment";
import { type Output, warnOfRest } from "../../../cli/output";
import { createPoliciesAt, policyFolders } from "../../../cli/policy-folders";
import { groupBy } from "../../../engine/collections";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { type EditConcern, listEditConcerns } from "../acts/judging";
import { gatesThatDeny } from "../asked-lists";
import { type ConcernCode, isDangerous, opensToMany } from "../breadth";
import { concernWords } from "../entry-words";
import type { ListRow } from "../row";
import { createPolicyFacts } from "../world";

/** The place and the actor of an edit. The policies are those of the checkout. */
export async function actingOnList(deployment: Deployment, session: CommandContext, yes: boolean | undefined): Promise<Acting> {
  const { place, actor } = await actingAt(deployment);
  return { place: { ...place, policiesAt: createNamedPolicies(deployment) }, actor, session, yes };
}

/** Rows that are named with a concern, at most. */
const SHOWN = 20;

interface Told {
  /** Begins the line about a row. @default the entry */
  name?(entry: string): string;
  /** True to leave out what a script does on purpose: to deny many people, or have them wait. */
  readonly isOnPurpose?: boolean;
}

/** Warns of what speaks against an edit: once of each. */
export function warnOfEdit(
  concerns: readonly Concern[],
  output: Pick<Output, "warn">,
  { name = String, isOnPurpose = false }: Told = {},
): void {
  const { warn } = output;
  for (const concern of concerns) if (!Object.hasOwn(concernWords.en, concern.code)) warn(`Warning: ${concern.text(String)}`);
  for (const { code, facts } of listEditConcerns(concerns)) {
    if (isOnPurpose && /^denies|Waits$/.test(code)) continue;
    const byAbout = groupBy(facts.rows, ({ about }) => about);
    for (const [about, [{ entry = "" } = {}, ...others]] of [...byAbout].slice(0, SHOWN)) {
      const more = byAbout.size === 1 ? facts.count - 1 : others.length;
      const text = concernWords.en[code](about);
      const begin = more > 0 ? `${name(entry)} and ${more} more` : text.includes(entry) ? "" : name(entry);
      warn(`Warning: ${begin === "" ? "" : `${begin}: `}${text}`);
    }
    if (byAbout.size > 1) warnOfRest(output, facts.count, facts.rows.length);
  }
}

/**
 * True if somebody has to agree: in a terminal, to a dangerous edit. Without one, only to an entry that lets in people whom nobody can
 * name: scripts shut out many people on purpose.
 */
export function needsAgreement(concerns: readonly Concern[]): boolean {
  const isAsked = process.stdin.isTTY && process.stderr.isTTY ? isDangerous : opensToMany;
  return listEditConcerns(concerns).some(isAsked);
}

/** Each row's concern by itself, as JSON has it. */
export function listRowConcerns(concerns: readonly Concern[]): readonly { readonly code: ConcernCode; readonly about: string }[] {
  return listEditConcerns(concerns).flatMap(({ code, facts }: EditConcern) => facts.rows.map(({ about }) => ({ code, about })));
}

/** As `createPoliciesAt`. A gate that settings.ts does not name has no policy. */
export function createNamedPolicies(deployment: Pick<Deployment, "policy">) {
  const policiesAt = createPoliciesAt(deployment);
  return (gate: string) => (gate === DEFAULT_GATE || policyFolders().has(gate) ? policiesAt(gate) : []);
}

/** Returns the gates where no rule asks for approval. Undefined if a policy cannot be loaded. */
export function silentGates(deployment: Pick<Deployment, "policy" | "gates">): readonly string[] | undefined {
  return createPolicyFacts(deployment.gates, createNamedPolicies(deployment)).silentGates();
}

/**
 * Returns a warning if an entry for approval denies people at gates where no rule asks for approval. If a policy could not be loaded, the
 * warning says so.
 * @param silent the result of `silentGates`
 */
export function unaskedApproval(
  row: ListRow,
  { gates, silent }: Pick<Deployment, "gates"> & { readonly silent: readonly string[] | undefined },
  now: Date,
): string | undefined {
  if (row.effect !== "approval") return undefined;
  if (silent === undefined) return concernWords.en.askingUnknown("");
  const denying = gatesThatDeny(row, silent, now);
  return denying.length === 0 ? undefined : concernWords.en.asksNobody(gates.length === 1 ? "" : denying.join(", "));
}
