import { type History, historyOf } from "../../adapters/audit/rows-then";
import { changeSetStore } from "../../adapters/list-changes/store";
import { redecided } from "../../adapters/preview/redecide";
import { decisionStore } from "../../adapters/tables/decisions";
import type { ChangeSet } from "../../engine/access-list/change-set";
import { type ChainFlaw, ChainVerifier } from "../../engine/audit/chain";
import { type AuditRow, numberText } from "../../engine/audit/entry";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import type { PersonHashes } from "../../engine/sign-up/person";
import type { DecisionRecord } from "../../engine/sign-up/record";
import { appRoot } from "../../lib/app-root";
import { type PolicyThen, policiesInGit, type VersionSought, versionKey } from "../../local/versions/git-policies";
import { flawText, trailOf } from "../audit-trail";
import type { CommandContext, DeploymentOptions, JsonOption } from "../command";
import { type Deployment, deploymentFor, rowsOf } from "../deployment";
import { exitCodes } from "../exit-codes";
import { isAtGate, policyFolderFor, policyFolders } from "../gates";
import { counting, showProgress } from "../long-tasks/progress";
import { inWorkFolder } from "../long-tasks/spool";
import type { Output } from "../output";
import { momentFrom } from "../typed";
import { RedecidedReport } from "./decisions-report";

interface DecisionsAuditOptions extends DeploymentOptions, JsonOption {
  readonly since: string;
  /** How many decisions of each kind are named. */
  readonly limit: number;
  /** The most states of the app that are built. */
  readonly builds: number;
  /** Where the CDK keeps what was deployed. */
  readonly bundles?: string;
}

/** Entries of the trail are read from a while before the first decision: a change may come to it late. */
const BEFORE_MS = 10 * 60_000;

/** Where the policies of that time are. */
interface PolicySource {
  /** The app's folder, whose repository has them. */
  readonly root: string;
  readonly find: typeof policiesInGit;
}

/** `entra-gatehouse audit decisions`. */
export async function auditDecisions(
  options: DecisionsAuditOptions,
  session: CommandContext,
  source: PolicySource = { root: appRoot, find: policiesInGit },
): Promise<void> {
  const { output } = session;
  const now = new Date();
  const from = momentFrom(options.since, now);
  const deployment = await deploymentFor(options);
  const hashes = await deployment.hashes();
  const past = await pastOf(deployment, from, hashes);
  await inWorkFolder(async (workspace) => {
    const records = workspace.queue<DecisionRecord>("decisions");
    const report = new RedecidedReport(from, options.limit);
    const store = decisionStore(deployment.dynamodb, deployment.decisionsTable, () => report.addUnreadable());
    const sought = new Map<string, VersionSought>();
    const onRead = counting("Read", output);
    for await (const page of store.between(from, now)) {
      const whole = (await store.whole(page)).filter((record) => isAtGate(record, options));
      for (const record of whole) {
        records.add(record);
        const each = soughtBy(record);
        // Newest first: the last one is the first decision.
        sought.set(keyOf(record), each);
        report.count(each);
      }
      onRead(page.length);
    }
    const found = await policiesOf([...sought.values()], { deployment, options, source, report, output });
    const progress = showProgress("Decided again", records.length, output);
    for await (const block of records.blocks()) {
      for (const record of block) await decideAgain(record, { found, past, report });
      progress.advance(block.length);
    }
    progress.stop();
    report.flaw = past.flaw && flawText(past.flaw);
    if (options.json) output.json(report.asJson());
    else for (const line of report.asText()) output.print(line);
    session.exitCode = report.isProven ? exitCodes.done : exitCodes.findings;
  });
}

interface DecidingAgain {
  readonly found: ReadonlyMap<string, PolicyThen>;
  readonly past: PastRead;
  readonly report: RedecidedReport;
}

async function decideAgain(record: DecisionRecord, { found, past, report }: DecidingAgain): Promise<void> {
  const key = keyOf(record);
  const then = found.get(key);
  if (then === undefined) {
    report.addUntold(record);
    return;
  }
  const outcome = await redecided(record, then.policy, past);
  report.add(record, outcome, outcome.kind === "differs" ? await otherVersionOf(record, found, past) : undefined);
}

/** Another version that says what the record says: it may have run under the name of the one that the record names. */
async function otherVersionOf(record: DecisionRecord, found: DecidingAgain["found"], past: PastRead): Promise<string | undefined> {
  const others = [...found].filter(([key, { policy }]) => key !== keyOf(record) && policy.step === record.step);
  for (const [key, { policy, from }] of others) {
    if ((await redecided(record, policy, past)).kind === "same") return `${key.split("/").at(-1)} (${from}) decides so`;
  }
  return undefined;
}

function soughtBy({ policyVersion: version, step, gate = DEFAULT_GATE, source, at }: DecisionRecord): VersionSought {
  return { version, step, gate, isExtension: source === "external-tenant", first: new Date(at) };
}

function keyOf(record: DecisionRecord): string {
  return versionKey(soughtBy(record));
}

interface Finding {
  readonly deployment: Deployment;
  readonly options: DecisionsAuditOptions;
  readonly source: PolicySource;
  readonly report: RedecidedReport;
  readonly output: Output;
}

/** The policies of the versions that records name, as far as they are found: the code that ran needs no build, and the rest is looked for in Git. */
async function policiesOf(sought: readonly VersionSought[], finding: Finding): Promise<ReadonlyMap<string, PolicyThen>> {
  const { options, report } = finding;
  const deployed = await deployedPolicies(sought, options);
  const rest = sought.filter((each) => !deployed.has(versionKey(each)));
  const all = new Map([...(rest.length === 0 ? [] : await policiesBuilt(rest, finding)), ...deployed]);
  for (const [key, { from }] of all) report.foundAt(key, from);
  return all;
}

async function deployedPolicies(
  sought: readonly VersionSought[],
  options: DecisionsAuditOptions,
): Promise<ReadonlyMap<string, PolicyThen>> {
  if (options.bundles === undefined) return new Map();
  return await (await import("./bundle-policies")).policiesInBundles(sought, options.bundles, options);
}

async function policiesBuilt(
  sought: readonly VersionSought[],
  { deployment, options, source: { root, find }, report, output }: Finding,
): Promise<ReadonlyMap<string, PolicyThen>> {
  const policies = { ...Object.fromEntries(policyFolders()), [DEFAULT_GATE]: policyFolderFor({}, deployment.policy) };
  const { found, ...looked } = await find(sought, {
    root,
    policies,
    most: options.builds,
    onBuilt: (count, left) => {
      if (left > 0) output.warn(`Built ${count} of the app's states; versions not found yet: ${left}.`);
    },
  });
  report.looked = looked;
  return found;
}

interface PastRead {
  readonly history: History;
  readonly hashes: PersonHashes;
  /** The first thing that is wrong with the trail. */
  readonly flaw?: ChainFlaw;
}

/** The trail and the change sets since a moment. */
async function pastOf(deployment: Deployment, from: Date, hashes: PersonHashes): Promise<PastRead> {
  const trail = trailOf(deployment);
  const since = new Date(from.getTime() - BEFORE_MS);
  const number = await trail.numberAt(since);
  const entries: AuditRow[] = [];
  let verifier: ChainVerifier | undefined;
  for await (const rows of trail.rows(numberText(Math.max(0, Number(number) - 1)))) {
    for (const row of rows) {
      // The one before them is what the first has to follow.
      if (row.number < number) verifier = new ChainVerifier(row);
      else {
        verifier ??= new ChainVerifier();
        verifier.look(row);
        entries.push(row);
      }
    }
  }
  const changes = changeSetStore(deployment.dynamodb, deployment.listChangesTable);
  const sets: ChangeSet[] = [];
  for (let page = await changes.page(); ; page = await changes.page(page.next)) {
    const recent = page.sets.filter(({ at, aliveUntil = 0 }) => Math.max(Date.parse(at), aliveUntil) >= since.getTime());
    sets.push(...recent);
    if (page.next === undefined || recent.length < page.sets.length) break;
  }
  const history = await historyOf({ entries, sets, parts: changes.parts, read: rowsOf(deployment).read, hashes });
  const flaw = verifier?.end().flaw;
  return { history, hashes, ...(flaw && { flaw }) };
}
