import type { Rows } from "../../../adapters/tables/rows";
import type { CommandContext, DeploymentOptions, GateOption, JsonOption } from "../../../cli/command";
import { createDeploymentRows, type Deployment, deploymentFor, NoStackError } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { isAtGate } from "../../../cli/gates";
import { withInterruption } from "../../../cli/long-tasks";
import type { Output } from "../../../cli/output";
import { warnOfUnreadable } from "../../../cli/output";
import { policyFolderFor } from "../../../cli/policy-folders";
import { policyStatus } from "../../../cli/policy-status";
import { momentFrom } from "../../../cli/typed";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { ENTRA_ISSUER } from "../../../engine/sign-up/issuers";
import { distinct, recordId } from "../../../engine/sign-up/records";
import type { Row } from "../../../engine/sign-up/rule";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { readEntry, rowKey } from "../../access-list/entry";
import { pickCells } from "../../access-list/files/plan";
import { checkFile, listSource } from "../../access-list/verbs/list-file";
import { decisionStore, type ListedDecision } from "../../decisions/store/decisions";
import { EXTENSION_ANSWER_MS } from "../../external-tenant/extension-caller";
import { tooSlowForExternalTenant } from "../../external-tenant/stack/policy";
import { selectLimitRules } from "../../limit/rule";
import { cannotTell, computeOutcomes, type VerdictChange } from "../store/compare";
import { isCountedByLimits, judgeLimits } from "../store/limits";
import { isReplayable, type Replayable } from "../store/recorded-person";
import { newestOfEach } from "../store/replay";
import { openRequests } from "./hooks";
import { assertLimit, heldToLimit, type Limit } from "./limit";
import { Preview } from "./preview-report";

interface PreviewOptions extends DeploymentOptions, JsonOption, Limit {
  readonly policy?: string;
  readonly list?: string;
  readonly as?: "external-tenant";
  readonly since: string;
  /** True if the command succeeds although there is no stack yet. */
  readonly ifDeployed?: boolean;
}

export async function preview(options: PreviewOptions, session: CommandContext): Promise<void> {
  assertLimit(options);
  const isMove = options.as === "external-tenant";
  const now = new Date();
  const from = momentFrom(options.since, now);
  const deployment = await deploymentIfAny(options);
  if (deployment === undefined) return reportNotDeployed(options, session);
  const folder = policyFolderFor(options, deployment.policy);
  const policy = loadPolicyFolder(folder);
  const list = await listFor(options, deployment, session.output);
  const status = policyStatus(policy, { ...options, folder }, deployment);
  const report = new Preview(from, status, isMove ? tooSlowForExternalTenant(policy) : []);
  const unreadable: string[] = [];
  const store = decisionStore(deployment.dynamodb, deployment.decisionsTable, ({ id }) => unreadable.push(id));
  const showProgress = (count: number) => {
    report.read += count;
  };
  const limitedPolicy = policy.find((each) => selectLimitRules(each.policy).length > 0)?.policy;
  const countedDecisions: ListedDecision[] = [];
  const addPage = (page: readonly ListedDecision[]) => {
    if (limitedPolicy !== undefined) countedDecisions.push(...page.filter(isCountedByLimits));
  };
  for await (const listedDecisions of newestOfEach(
    recordsAt(store.between(from, now), { ...options, isMove, onPage: addPage }, report),
    showProgress,
  )) {
    const batch = (await store.whole(listedDecisions)).filter(isReplayable);
    const outcomes = await computeOutcomes(policy, isMove ? batch.map((record) => ({ ...record, source: "external-tenant" })) : batch, {
      read: list.read,
      approvals: openRequests(deployment),
      hashes: await deployment.hashes(),
      now,
    });
    for (const [record, { change, unasked }] of outcomes) {
      if (list.mayHaveAccounts && !(record.issuers ?? []).includes(ENTRA_ISSUER)) report.accountsUnasked += 1;
      report.add(record, isMove ? changeByDialect(record, change) : change, unasked);
    }
  }
  if (limitedPolicy !== undefined)
    report.limits = await judgeLimits(limitedPolicy, countedDecisions, { whole: store.whole, hashes: await deployment.hashes() });
  warnOfUnreadable(session.output, unreadable);
  const outcome = heldToLimit(report, options);
  if (options.json) session.output.json({ ...report.asJson(), gate: options.gate ?? DEFAULT_GATE, limit: outcome.limit });
  else for (const line of [...report.asText(), outcome.line]) session.output.print(line);
  session.exitCode = outcome.limit.passes ? exitCodes.done : exitCodes.changes;
}

async function deploymentIfAny(options: PreviewOptions): Promise<Deployment | undefined> {
  try {
    return await deploymentFor(options);
  } catch (error) {
    if (options.ifDeployed && error instanceof NoStackError) return undefined;
    throw error;
  }
}

function reportNotDeployed({ stack, json }: PreviewOptions, { output }: CommandContext): void {
  if (json) output.json({ deployed: false });
  else output.print(`There is no stack ${stack} yet: there are no decisions. Passed: --if-deployed.`);
}

async function listFor(
  { list }: PreviewOptions,
  deployment: Deployment,
  output: Output,
): Promise<{ read: Rows["read"]; mayHaveAccounts: boolean }> {
  const { read } = createDeploymentRows(deployment);
  if (list === undefined) return { read, mayHaveAccounts: true };
  const draft = await draftList(list, read, output);
  return { read: draft.read, mayHaveAccounts: draft.hasAccounts };
}

/** Yields the gate's decisions. For a move to an external tenant, omits sign-ups that already came from one. */
async function* recordsAt(
  pages: AsyncIterable<readonly ListedDecision[]>,
  { gate = DEFAULT_GATE, isMove, onPage }: GateOption & { readonly isMove: boolean; onPage(page: readonly ListedDecision[]): void },
  report: Preview,
): AsyncGenerator<readonly ListedDecision[]> {
  for await (const page of pages) {
    const gateRecords = page.filter((record) => isAtGate(record, { gate }) && !(isMove && record.source === "external-tenant"));
    report.oldest = gateRecords.at(-1)?.at ?? report.oldest;
    onPage(gateRecords);
    yield gateRecords;
  }
}

/**
 * Adds what a move to an external tenant changes beyond the rules: some ways of signing in, refusals after slow answers, and the form of
 * refusals.
 */
function changeByDialect(record: Replayable, change: VerdictChange): VerdictChange {
  const { step, issuers = [], durationMs, verdict } = record;
  // At `before-sending-token`, nobody is stopped and no tenant says how people signed in, so none of the changes below applies.
  if (step === "before-sending-token") return change;
  if (issuers.includes(ENTRA_ISSUER))
    return cannotTell("came with an Entra or Microsoft account, which an external tenant knows as a federated provider");
  if (durationMs > EXTENSION_ANSWER_MS && verdict !== "block")
    return {
      kind: "now refused",
      by: { rule: "external tenant", said: "block" },
      open: `took ${durationMs} ms, and an external tenant hangs up after 2 s`,
    };
  if (change.kind !== "unchanged" || verdict === "continue") return change;
  const form = verdict === "invalid" ? "each problem is at its field, and one sentence above the form" : "a title is above the message";
  return { kind: "answered otherwise", open: form };
}

/** A list from a file, which replaces the list in the table in a preview. */
export interface DraftList {
  readonly read: Rows["read"];
  /** True if the list has entries of single accounts. */
  readonly hasAccounts: boolean;
}

/** Reads the list. If rows are wrong, reports each of them and then throws. @param readLive reads rows of other tables */
export async function draftList(file: string, readLive: Rows["read"], output: Output): Promise<DraftList> {
  const list = await listIn(file, output);
  return {
    async read(keys, signal) {
      const others = distinct(keys).filter(({ table }) => table !== "accessList");
      const liveRows: ReadonlyMap<string, Row> = others.length === 0 ? new Map() : await readLive(others, signal);
      const listedRows = keys.map(recordId).flatMap((id): [string, Row][] => {
        const row = list.get(id);
        return row === undefined ? [] : [[id, row]];
      });
      return new Map([...liveRows, ...listedRows]);
    },
    hasAccounts: [...list.values()].some(({ entry }) => isAccount(String(entry))),
  };
}

async function listIn(file: string, output: Output): Promise<ReadonlyMap<string, Row>> {
  if (file === "-") throw new CommandError("preview reads a list from a file, not from standard input.");
  const list = new Map<string, Row>();
  await withInterruption(async ({ signal }) => {
    const { rows } = await checkFile(listSource(file, {}, output), "nothing was replayed", output, signal);
    for (const row of rows.values()) list.set(recordId(rowKey(row.entry)), pickCells(row));
  });
  return list;
}

function isAccount(entry: string): boolean {
  const read = readEntry(entry);
  return read.ok && read.entry.kind === "account";
}
