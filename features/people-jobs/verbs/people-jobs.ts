import { makeMember } from "../../../adapters/operator/world";
import { type CommandContext, type DeploymentOptions, type JsonOption, readNow } from "../../../cli/command";
import { type Deployment, deploymentFor } from "../../../cli/deployment";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { interruptible, showProgress } from "../../../cli/long-tasks";
import { formatCount, type Output, printTable } from "../../../cli/output";
import { localTime } from "../../../cli/typed";
import { operatorPlace } from "../../../cli/view";
import { omit } from "../../../engine/collections";
import type { PeopleJob } from "../job";
import {
  beginPeopleJob,
  type JobPerson,
  openPeopleJobs,
  type PeopleJobDraft,
  type PeopleJobPorts,
  readPeople,
  type runPeopleJob,
} from "../jobs";
import { peopleJobs } from "../world";

type Works = PeopleJobPorts["works"];

/** Does an act on many people. If the command is interrupted or killed, a function goes on. */
export async function actOnMany(
  draft: Omit<PeopleJobDraft, "by" | "via">,
  people: readonly JobPerson[],
  works: Works,
  { deployment, options, session }: { readonly deployment: Deployment; readonly options: JsonOption; readonly session: CommandContext },
): Promise<void> {
  const ports = openPeopleJobs(operatorPlace(deployment), works, () => readNow(session));
  const by = await deployment.caller();
  report(
    await watch(people.length, session.output, (run) => beginPeopleJob({ ...draft, by, via: "command" }, people, ports, run)),
    options,
    session,
  );
}

type Run = NonNullable<Parameters<typeof runPeopleJob>[2]>;

async function watch(total: number, output: Output, work: (run: Run) => Promise<PeopleJob>): Promise<PeopleJob> {
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

function report(job: PeopleJob, { json }: JsonOption, session: CommandContext): void {
  const { output } = session;
  if (json) output.json(toJson(job));
  else output.print(describe(job));
  for (const { id, code } of job.kept) output.warn(`${id}: not done (${code})`);
  if (job.state !== "done")
    throw new CommandError(`Interrupted. A function goes on with it: expiry jobs ${job.id} shows how far it is.`, exitCodes.interrupted);
  if (job.refused > 0) session.exitCode = exitCodes.failed;
}

/** The form of an act with `--json`. */
function toJson(job: PeopleJob): object {
  return omit(job, "aliveUntil", "expires", "account", "userNames");
}

function describe({ id, kind, about, next, total, refused, state }: PeopleJob): string {
  const whose = about === undefined ? "" : ` of ${about}`;
  const left = refused === 0 ? "" : `, ${refused} not done`;
  return `${kind}${whose}: ${state === "done" ? formatCount(total, "person", "people") : `${next} of ${total} so far`}${left}. Act ${id}`;
}

/** Lists acts on many people, newest first, or shows one. */
export async function listJobs(
  id: string | undefined,
  options: DeploymentOptions & JsonOption & { readonly limit: number },
  session: CommandContext,
): Promise<void> {
  const { output } = session;
  const jobs = makeMember(peopleJobs, operatorPlace(await deploymentFor(options)));
  if (id !== undefined) {
    const job = await jobs.get(id);
    if (job === undefined) throw new CommandError(`There is no act ${id}: expiry jobs lists them.`);
    if (options.json) return output.json(toJson(job));
    output.print(describe(job));
    for (const each of job.kept) output.print(`  ${each.id}: not done (${each.code})`);
    return;
  }
  const { items } = await jobs.page(undefined, options.limit);
  if (options.json) for (const job of items) output.json(toJson(job));
  else {
    const cells = items.map((job) => [
      job.id,
      localTime(job.at),
      job.kind,
      job.about ?? "",
      `${job.next} of ${job.total}`,
      job.name ?? job.by,
    ]);
    printTable(output, ["ACT", "BEGAN", "KIND", "OF", "DONE", "BY"], cells);
  }
  if (items.length === 0) output.warn("Nobody has acted on many people at once.");
}

/** Undoes an act on many people as a whole. */
export async function undoJob(
  id: string,
  options: DeploymentOptions & JsonOption & { readonly yes?: boolean },
  session: CommandContext,
  works: Works,
  confirm: (question: string) => Promise<void>,
): Promise<void> {
  const deployment = await deploymentFor(options);
  const ports = openPeopleJobs(operatorPlace(deployment), works, () => readNow(session));
  const job = await ports.jobs.get(id);
  if (job === undefined) throw new CommandError(`There is no act ${id}: expiry jobs lists them.`);
  if (job.kind !== "access.end") throw new CommandError(`The act ${id} is ${job.kind}: only access.end can be undone as a whole.`);
  if (!options.yes) await confirm(`Restore the access of ${formatCount(job.total, "person", "people")}?`);
  const people = await readPeople(ports, job);
  await actOnMany({ kind: "access.undo", input: { act: id }, of: id, about: job.about }, people, works, { deployment, options, session });
}
