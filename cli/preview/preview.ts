import { decisionStore, type ListedDecision } from "../../adapters/tables/decisions";
import type { Rows } from "../../adapters/tables/rows";
import { isDrill } from "../../engine/sign-up/drill";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { ENTRA_ISSUER } from "../../engine/sign-up/sign-up";
import { tooSlowForExternalTenant } from "../../lib/policy-folder/outside-time";
import { loadPolicyFolder, type PolicyStep } from "../../lib/policy-folder/policy-folder";
import { type CommandContext, type DeploymentOptions, exitCodes, type GateOption, type JsonOption } from "../command";
import { type Deployment, deploymentFor, rowsOf } from "../deployment";
import { CommandError } from "../failure";
import { isAtGate, policyFolderFor } from "../gates";
import { momentFrom } from "../moments";
import type { Output } from "../output";
import { asExternalTenant, changeByDialect } from "./as-external-tenant";
import { notReplayed, type VerdictChange, verdictChange } from "./compare";
import { draftList } from "./draft-list";
import { Preview } from "./preview-report";
import { type Against, isReplayable, type Replayable, replayAll } from "./replay";

export interface PreviewOptions extends DeploymentOptions, JsonOption {
  readonly policy?: string;
  readonly list?: string;
  readonly as?: "external-tenant";
  readonly since: string;
}

/** Records replayed at a time: what they need of the list is read together. */
const BATCH = 100;

/** `entra-gatehouse preview`: what a draft would make of the newest decision on each person at each step. */
export async function preview(options: PreviewOptions, session: CommandContext): Promise<void> {
  const isMove = options.as === "external-tenant";
  if (options.policy === undefined && options.list === undefined && !isMove) {
    throw new CommandError(
      "Name a draft: a policy folder with --policy, a list with --list, or both; or a move, with --as external-tenant.",
    );
  }
  const now = new Date();
  const from = momentFrom(options.since, now);
  const deployment = await deploymentFor(options);
  const policy = loadPolicyFolder(policyFolderFor(options, deployment.policy));
  const list = await listFor(options, deployment, session.output);
  const report = new Preview(from, isMove ? tooSlowForExternalTenant(policy) : []);
  const store = decisionStore(deployment.dynamodb, deployment.decisionsTable);
  for await (const found of newestOfEach(recordsAt(store.between(from, now), options, isMove), report)) {
    const batch = (await store.whole(found)).filter(isReplayable);
    const outcomes = await outcomesOf(policy, isMove ? batch.map(asExternalTenant) : batch, {
      read: list.read,
      hashes: await deployment.hashes(),
      now,
    });
    for (const [record, { change, unasked }] of outcomes) {
      if (list.mayHaveAccounts && !(record.issuers ?? []).includes(ENTRA_ISSUER)) report.accountsUnasked += 1;
      report.add(record, isMove ? changeByDialect(record, change) : change, unasked);
    }
  }
  if (options.json) session.output.json(report.asJson());
  else for (const line of report.asText()) session.output.print(line);
  session.exitCode = report.changes ? exitCodes.changes : exitCodes.done;
}

async function listFor(
  { list }: PreviewOptions,
  deployment: Deployment,
  output: Output,
): Promise<{ read: Rows["read"]; mayHaveAccounts: boolean }> {
  const { read } = rowsOf(deployment);
  if (list === undefined) return { read, mayHaveAccounts: true };
  const draft = await draftList(list, read, output);
  return { read: draft.read, mayHaveAccounts: draft.hasAccounts };
}

/** A draft is one gate's: the others' decisions have nothing to do with it. Nor has a move with those who have moved. */
async function* recordsAt(
  pages: AsyncIterable<readonly ListedDecision[]>,
  { gate = DEFAULT_GATE }: GateOption,
  isMove: boolean,
): AsyncGenerator<readonly ListedDecision[]> {
  for await (const page of pages) {
    yield page.filter((record) => isAtGate(record, { gate }) && !(isMove && record.source === "external-tenant"));
  }
}

/** Of records that come newest first, the first of each person at each step. What is remembered grows with the people alone. */
async function* newestOfEach(pages: AsyncIterable<readonly ListedDecision[]>, report: Preview): AsyncGenerator<readonly ListedDecision[]> {
  const seen = new Set<string>();
  let batch: ListedDecision[] = [];
  for await (const page of pages) {
    for (const record of page) {
      report.read += 1;
      const { email } = record;
      // A drill is refused by any policy.
      if (email === undefined || isDrill({ email })) continue;
      const key = `${record.step} ${email}`;
      if (seen.has(key)) continue;
      seen.add(key);
      batch.push(record);
    }
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

interface Outcome {
  readonly change: VerdictChange;
  /** Rules that could not be replayed. */
  readonly unasked: readonly string[];
}

/** In the order of the records. */
async function outcomesOf(
  policy: readonly PolicyStep[],
  records: readonly Replayable[],
  against: Against,
): Promise<ReadonlyMap<Replayable, Outcome>> {
  const outcomes = new Map<Replayable, Outcome>(
    records.map((record) => [record, { change: { kind: "cannot tell", open: `the draft has no ${record.step}.ts` }, unasked: [] }]),
  );
  for (const { step, policy: draft } of policy) {
    const own = records.filter((record) => record.step === step);
    const replayed = await replayAll(draft, own, against);
    for (const [index, record] of own.entries()) {
      const said = replayed[index] ?? [];
      outcomes.set(record, { change: verdictChange(record, said), unasked: notReplayed(draft, record, said) });
    }
  }
  return outcomes;
}
