import { makeMember, type OperatorPlace } from "../../../adapters/operator/world";
import { type CommandContext, type DeploymentOptions, type JsonOption, readNow } from "../../../cli/command";
import { requireConfirmation } from "../../../cli/confirmed";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { interruptible, showProgress } from "../../../cli/long-tasks";
import { formatCount, type Output, printTable } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace, readTypedQuery } from "../../../cli/view";
import { omit } from "../../../engine/collections";
import { isWithin, momentFilters } from "../../../engine/operator/list";
import { findText } from "../../../engine/operator/page-texts";
import { findUndoObjection, type PeopleJob, type PeopleJobKind, undoKinds } from "../job";
import {
  beginPeopleJob,
  findAddresses,
  type JobPerson,
  openPeopleJobs,
  type PeopleJobDraft,
  type PeopleJobPorts,
  type RunOptions,
  undoPeopleJob,
} from "../jobs";
import { undoWords } from "../words";
import { peopleJobs } from "../world";

type Works = PeopleJobPorts["works"];

interface Acting {
  readonly deployment: Deployment;
  /** @default the deployment's, without policies */
  readonly place?: OperatorPlace;
  readonly options: JsonOption;
  readonly session: CommandContext;
}

/** Does an act on many people. If the command is interrupted or killed, a function goes on. */
export async function runJob(
  draft: Omit<PeopleJobDraft, "by" | "via">,
  people: readonly JobPerson[],
  works: Works,
  { deployment, session, place = operatorPlace(deployment) }: Acting,
): Promise<PeopleJob> {
  const ports = openPeopleJobs(place, works, () => readNow(session));
  const by = await deployment.caller();
  return await watch(people.length, session.output, (run) => beginPeopleJob({ ...draft, by, via: "command" }, people, ports, run));
}

export async function actOnMany(
  draft: Omit<PeopleJobDraft, "by" | "via">,
  people: readonly JobPerson[],
  works: Works,
  acting: Acting,
  words: RefusalWords,
): Promise<void> {
  const job = await runJob(draft, people, works, acting);
  report(job, acting.options, acting.session, await describeEachLeft(job, words, acting));
}

async function watch<T>(total: number, output: Output, work: (run: RunOptions) => Promise<T>): Promise<T> {
  const progress = showProgress("Doing", total, output);
  let counted = 0;
  try {
    return await interruptible(
      async ({ signal }) =>
        await work({
          signal,
          onProgress({ next }) {
            progress.advance(next - counted);
            counted = next;
          },
        }),
    );
  } finally {
    progress.stop();
  }
}

/** Returns sentences about people on whom an act was not done, by their ids. @default their addresses or ids, and codes */
type Explain = (job: PeopleJob, deployment: Deployment) => Promise<ReadonlyMap<string, string>>;

function report(job: PeopleJob, { json }: JsonOption, session: CommandContext, sentences: ReadonlyMap<string, string>): void {
  if (json) session.output.json(toJson(job));
  else session.output.print(describe(job));
  reportLeft(job, session, sentences);
}

/** Words for the codes of refusals of an act. */
export type RefusalWords = Readonly<Record<string, string>>;

export async function describeEachLeft(
  job: PeopleJob,
  words: RefusalWords,
  { deployment, session }: Pick<Acting, "deployment" | "session">,
): Promise<ReadonlyMap<string, string>> {
  const emails = await findAddresses(job, operatorPlace(deployment, session.output));
  return new Map(
    job.kept.map(({ id, code }) => {
      const why = findText(words, code);
      return [id, `${emails.get(id) ?? id}: not done (${code})${why === undefined ? "" : `: ${why}`}`];
    }),
  );
}

/** Says on whom the act was not done, and sets the exit code. @param expected codes of refusals that are no failure */
export function reportLeft(
  job: PeopleJob,
  session: CommandContext,
  sentences: ReadonlyMap<string, string>,
  expected: readonly string[] = [],
): void {
  const failed = job.kept.filter(({ code }) => !expected.includes(code));
  for (const each of failed) session.output.warn(sentences.get(each.id) ?? each.id);
  if (job.state !== "done") {
    throw new CommandError(
      `Interrupted. A function goes on with it: ${groups[job.kind]} jobs ${job.id} shows how far it is.`,
      exitCodes.interrupted,
    );
  }
  if (failed.length > 0) session.exitCode = exitCodes.failed;
}

/** The command whose `jobs` and `undo` know an act. */
const groups = {
  "access.end": "expiry",
  "access.extend": "expiry",
  "access.renew": "expiry",
  "access.sponsor": "expiry",
  "access.undo": "expiry",
  "invitations.invite": "invite",
  "invitations.undo": "invite",
} as const satisfies Readonly<Record<PeopleJobKind, string>>;

function toJson(job: PeopleJob): object {
  return omit(job, "aliveUntil", "expires", "account", "userNames", "perPart");
}

function describe({ id, kind, about, next, total, refused, state }: PeopleJob): string {
  const whose = about === undefined ? "" : ` of ${about}`;
  const left = refused === 0 ? "" : `, ${refused} not done`;
  return `${kind}${whose}: ${state === "done" ? formatCount(total, "person", "people") : `${next} of ${total} so far`}${left}. Act ${id}`;
}

/** Lists acts on many people of some kinds, newest first, or shows one of any kind. */
export async function listJobs(
  id: string | undefined,
  kinds: readonly PeopleJobKind[],
  options: DeploymentOptions & JsonOption & { readonly limit: number },
  session: CommandContext,
  words: RefusalWords,
): Promise<void> {
  const { output } = session;
  const query = readTypedQuery(momentFilters, options, readNow(session));
  const deployment = await deploymentFor(options);
  const jobs = makeMember(peopleJobs, operatorPlace(deployment));
  if (id !== undefined) {
    const job = await jobs.get(id);
    if (job === undefined) throw new CommandError(undoWords.unknown);
    if (options.json) return output.json(toJson(job));
    output.print(describe(job));
    for (const sentence of (await describeEachLeft(job, words, { deployment, session })).values()) output.print(`  ${sentence}`);
    return;
  }
  const items: PeopleJob[] = [];
  let before: string | undefined;
  do {
    const page = await jobs.page(before);
    items.push(...page.items.filter(({ kind, at }) => kinds.includes(kind) && isWithin(query, at)));
    before = page.next;
  } while (before !== undefined && items.length <= options.limit);
  const newest = items.slice(0, options.limit);
  if (options.json) for (const job of newest) output.json(toJson(job));
  else {
    const cells = newest.map((job) => [
      job.id,
      localTime(job.at),
      job.kind,
      job.about ?? "",
      `${job.next} of ${job.total}`,
      job.name ?? job.by,
    ]);
    printTable(output, ["ACT", "BEGAN", "KIND", "OF", "DONE", "BY"], cells);
  }
  if (items.length > options.limit) output.warn(`There are more than ${options.limit}: see --limit.`);
  if (newest.length === 0)
    output.warn(`Nobody has acted on many people at once${query.from === undefined && query.to === undefined ? "" : " in this time"}.`);
}

/** Undoes an act on many people as a whole. */
export async function undoJob(
  id: string,
  options: DeploymentOptions & JsonOption & { readonly yes?: boolean },
  session: CommandContext,
  works: Works,
  ask: (people: string) => string,
  words: RefusalWords,
  explain: Explain = async () => new Map(),
): Promise<void> {
  const deployment = await deploymentFor(options);
  const ports = openPeopleJobs(operatorPlace(deployment), works, () => readNow(session));
  const job = await ports.jobs.get(id);
  const objection = findUndoObjection(job);
  if (job === undefined || objection !== undefined) throw new CommandError(undoWords[objection ?? "unknown"]);
  const other = works[undoKinds[job.kind as keyof typeof undoKinds]] === undefined;
  if (other) throw new CommandError(`The act ${id} is ${job.kind}: ${groups[job.kind]} undo undoes it.`);
  if (!options.yes) await requireConfirmation(ask(formatCount(job.total, "person", "people")));
  const by = await deployment.caller();
  const undo = await watch(job.total, session.output, (run) => undoPeopleJob(id, { by, via: "command" }, ports, run));
  if (typeof undo === "string") throw new CommandError(undoWords[undo]);
  report(
    undo,
    options,
    session,
    new Map([...(await describeEachLeft(undo, words, { deployment, session })), ...(await explain(undo, deployment))]),
  );
}
