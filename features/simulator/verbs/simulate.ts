import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { CommandContext, JsonOption } from "../../../cli/command";
import { findInstance } from "../../../cli/deployment";
import { type ExitCode, exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import type { TargetOptions } from "../../../cli/target/options";
import { quoteShellWord } from "../../../engine/characters";
import type { TenantKind } from "../../../engine/sign-up/sign-up";
import { jsonFlaw } from "../../../local/data/json-text";
import type { Attempt } from "../../../simulator/client/call";
import { referenceOn } from "../../../simulator/client/page";
import { assertComesTo, type Person, PersonError, readSavedPerson, type SavedPerson } from "../../../simulator/client/person";
import { type SignUpResult, signUp } from "../../../simulator/client/sign-up";
import { buildSignUpLog, LOG_PATH } from "../../../simulator/client/sign-up-log";
import { type StepVisit, selectClaims } from "../../../simulator/client/visit";
import { flowAt, targetFor } from "./target";

interface SimulateOptions extends Omit<TargetOptions, "as">, JsonOption {
  readonly url?: string;
  readonly verbose?: boolean;
  /** The kind of tenant to simulate. Undefined for the kind that the file names. */
  readonly as?: TenantKind | undefined;
}

export async function simulate(
  file: string,
  { url, json, verbose = false, ...asked }: SimulateOptions,
  session: CommandContext,
): Promise<void> {
  if (file === "-" && asked.passwordStdin) throw new CommandError("Standard input holds the file or the password, not both.");
  const { person, ...saved } = await personIn(file, asked.as);
  // A URL already names its gate, so the file's gate does not count.
  const gate = asked.gate ?? (url === undefined ? saved.gate : undefined);
  const options: TargetOptions = { ...asked, as: saved.tenant, gate };
  const result = await signUp(person, flowAt(await targetFor(url, options)));
  if (options.local) await logInStandIn(result, options);
  if (json) session.output.json(result);
  else printResult(result, person, verbose, session);
  const reference = result.visits.map(({ page }) => referenceOn(page)).findLast((each) => each !== undefined);
  if (!json && options.local && reference !== undefined)
    session.output.print(
      `Why: npm run gate -- why ${reference} --local${options.data === undefined ? "" : ` --data ${quoteShellWord(options.data)}`}`,
    );
  session.exitCode = toExitCode(result);
}

/** If Graph is a stand-in on this machine, adds Entra's log entry to the stand-in, where `entra check --since` reads the entry. */
async function logInStandIn(result: SignUpResult, { data }: TargetOptions): Promise<void> {
  const { graph } = findInstance({ data })?.endpoints ?? {};
  const lines = buildSignUpLog(result, new Date());
  if (lines.length === 0 || !graph?.startsWith("http://127.0.0.1:")) return;
  const call = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(lines) };
  await fetch(new URL(LOG_PATH, graph), call).catch(() => undefined);
}

function printResult(result: SignUpResult, person: Person, verbose: boolean, { output }: CommandContext): void {
  for (const line of result.visits.flatMap((visit) => visitWords(visit, person, verbose))) output.print(line);
  output.print(outcomeWords(result));
  const token = result.tokenClaims && `Added to the token: ${JSON.stringify(result.tokenClaims)}`;
  if (token !== undefined) output.print(token);
}

function toExitCode({ outcome, visits }: SignUpResult): ExitCode {
  if (outcome === "error" || visits.some(({ breaches }: StepVisit) => breaches.length > 0)) return exitCodes.contractBroken;
  return outcome === "created" ? exitCodes.done : exitCodes.denied;
}

async function personIn(file: string, tenantKind: TenantKind | undefined): Promise<SavedPerson> {
  const name = file === "-" ? "standard input" : file;
  const content = await readContent(file);
  const flaw = await jsonFlaw(content);
  if (flaw !== undefined) throw new CommandError(`${name}${flaw}`);
  try {
    const savedPerson = readSavedPerson(JSON.parse(content));
    const tenant = tenantKind ?? savedPerson.tenant;
    assertComesTo(tenant, savedPerson.person);
    return { ...savedPerson, tenant };
  } catch (error) {
    if (error instanceof PersonError) throw new CommandError(`${name}: ${error.message}`);
    throw error;
  }
}

async function readContent(file: string): Promise<string> {
  try {
    return file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw new CommandError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, undefined, { cause: error });
  }
}

/** @param verbose true to add each request and answer */
function visitWords(visit: StepVisit, person: Person, verbose: boolean): readonly string[] {
  const { step, url, attempts, breaches } = visit;
  const broken = breaches.map(({ rule, found, says }) => `  BROKEN    ${rule}: ${found}; ${says}`);
  const page = pageWords(visit, person);
  if (verbose) return [`${step}  POST ${url}`, ...requestWords(visit), ...attempts.map(attemptWords), ...broken, `  Entra     ${page}`, ""];
  const unansweredTexts = attempts.filter(({ answer, lost }) => answer === undefined || lost).map(attemptWords);
  return [`${step}: Entra ${page}`, ...unansweredTexts, ...broken];
}

/** An external tenant's request is nested too deeply for one line. */
function requestWords({ tenant, request }: StepVisit): readonly string[] {
  const [first = "", ...others] = JSON.stringify(request, null, tenant === "external-tenant" ? 2 : 0).split("\n");
  return [`  request   ${first}`, ...others.map((line) => `            ${line}`)];
}

function attemptWords({ durationMs, answer, failure, lost }: Attempt): string {
  if (answer === undefined) return `  no answer ${failure} after ${durationMs} ms`;
  return `  ${lost ? "lost     " : "answer   "} ${answer.status} in ${durationMs} ms  ${answer.body}`;
}

function pageWords(visit: StepVisit, { collects }: Person): string {
  const { step, page } = visit;
  switch (page.kind) {
    case "continue": {
      const { kept, dropped } = selectClaims(visit, collects);
      if (step === "before-sending-token") {
        return `sends the token${formatClaimNames(kept, "with the claims: ")}${formatClaimNames(dropped, "dropped, no attributes: ")}`;
      }
      const does = step === "after-sign-in" ? "shows the form" : "creates the account";
      const claims = `${formatClaimNames(kept, step === "after-sign-in" ? "prefilled: " : "changed: ")}${formatClaimNames(dropped, "dropped, not in the flow: ")}`;
      return `${does}${claims}`;
    }
    case "block":
      return `shows a page: ${page.title === undefined ? "" : `${page.title}: `}${page.message}`;
    case "invalid":
      return [`shows above the form: ${page.message}`, ...Object.entries(page.errors).map(([name, error]) => `at ${name}: ${error}`)].join(
        "; ",
      );
    case "error":
      return "shows its own error page";
  }
}

function formatClaimNames(claims: object, title: string): string {
  const names = Object.keys(claims);
  return names.length === 0 ? "" : `; ${title}${names.join(", ")}`;
}

/** Formats the account's attributes. There are none if the gate left the form unchanged. */
function accountWords(account: SignUpResult["account"] = {}): string {
  return Object.keys(account).length === 0 ? "." : `: ${JSON.stringify(account)}`;
}

function outcomeWords({ outcome, account }: SignUpResult): string {
  switch (outcome) {
    case "created":
      return `The account is created${accountWords(account)}`;
    case "no-token":
      return `The account is created, but there is no token${accountWords(account)}`;
    case "blocked":
      // Only the page, not the outcome, says whether the person has to wait for an approver.
      return "There is no account: the sign-up ends with this page.";
    case "invalid":
      return "There is no account yet: the person is asked to correct the form.";
    case "error":
      return "There is no account: the answer is outside the contract.";
  }
}
