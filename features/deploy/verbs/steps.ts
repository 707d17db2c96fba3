import { existsSync } from "node:fs";
import { join } from "node:path";
import { type AwsClient, AwsError } from "../../../adapters/aws/client";
import { parseStackName } from "../../../adapters/aws/deployment-name";
import { type AnyTableName, tables } from "../../../adapters/tables/tables";
import type { Stack } from "../../../cli/aws/stack";
import { placeFlags } from "../../../cli/command";
import { askQuestion, requireConfirmation } from "../../../cli/confirmed";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { formatCount } from "../../../cli/output";
import { findMeantEntries } from "../../../engine/meant-entries";
import { normaliseDomain, normaliseEmail } from "../../../engine/sign-up/email";
import { describeUnmatched, readUnmatched } from "../../../engine/unmatched";
import { appRoot, packageVersion } from "../../../lib/app-root";
import { doctorContext } from "../../doctor/verbs/check";
import { BEFORE_DEPLOY, dropUnknown, examine } from "../../doctor/verbs/doctor";
import { ENTRA_FILE, entraSetupIn } from "../../entra/verbs/entra-file";
import { type Ledger, noteStoredForm, readStoredForm, STORED_FORM } from "../store/stored-form";
import { cdkDeploy, cdkWords } from "./cdk";
import type { Deploying, DeployStep, Looked, Made } from "./step";

const entraFile = () => join(appRoot, ENTRA_FILE);

/** Ids of faults that do not prevent a deployment. Until they are fixed, bursts of sign-ups fail, or accounts wait. */
const noObstacles: readonly string[] = ["concurrency.low", "federation.off"];

const checks: DeployStep = {
  name: "checks",
  async look({ options, output }) {
    // The entry of --allow is checked first. Otherwise a wrong entry would make a step fail only minutes later, after the stack was
    // deployed.
    assertEntry(options.allow);
    entraSetupIn(entraFile());
    const context = doctorContext(appRoot, options);
    const faults = [];
    for await (const result of examine(context, [...BEFORE_DEPLOY, "concurrency", "federation"]))
      faults.push(...(dropUnknown(result).faults ?? []));
    const inTheWay = faults.filter(({ id }) => !noObstacles.includes(id));
    if (inTheWay.length > 0) throw new CommandError(inTheWay.map(({ what, fix }) => `${what} ${fix}`).join("\n"));
    for (const { what, fix } of faults) output.warn(`${what} ${fix}`);
    const { id, region } = await context.account();
    return { state: "done", says: `account ${id}, ${region}` };
  },
};

function assertEntry(word = "contoso.com"): void {
  if (/^issuer:\S/.test(word)) return;
  const email = normaliseEmail(word);
  const problem = email === undefined ? undefined : readUnmatched(email);
  if (problem !== undefined) throw new CommandError(`--allow ${word} is ${describeUnmatched(problem)}.`);
  if (email ?? normaliseDomain(word.replace(/^(?:\*\.|@)/, ""))) return;
  const meant = findMeantEntries(word);
  const advice = meant.length === 0 ? "one like kim@contoso.com or contoso.com" : meant.join(" or ");
  throw new CommandError(`--allow ${word} is neither an address nor a domain: write ${advice}.`);
}

async function assertReadable(deployedStack: Stack | undefined): Promise<void> {
  const ledger = findLedger(deployedStack);
  const stored = ledger && (await readStoredForm(ledger));
  if (stored === undefined || stored.form <= STORED_FORM) return;
  throw new CommandError(
    `The tables hold rows of form ${stored.form}, written since version ${stored.version}, and this version reads them up to form ${STORED_FORM}: deploy ${stored.version} or later, or go back as docs/upgrade.md says.`,
  );
}

function findLedger(deployedStack: Stack | undefined): Ledger | undefined {
  const name = deployedStack?.output(tables.ledger.output);
  return deployedStack && name ? { client: deployedStack.account.tables, name } : undefined;
}

const stack: DeployStep = {
  name: "stack",
  async look(deploying) {
    const { options } = deploying;
    const before = await deploying.stack();
    await assertReadable(before);
    const words = `cdk ${cdkWords(options).join(" ")}`;
    // The step's state is always `todo`, because only the CDK can find out whether anything has changed.
    return todo(words, async () => {
      await cdkDeploy(options);
      const after = await deploying.stack();
      if (after !== undefined) await warnOfOldTables(deploying.output, before, after);
      const ledger = findLedger(after);
      if (ledger !== undefined) await noteStoredForm(ledger, packageVersion());
      return { state: "made", says: words };
    });
  },
};

/** Warns of each table that the deployment took out of the stack, or made anew beside an older one that has kept its rows. */
async function warnOfOldTables(output: Deploying["output"], before: Stack | undefined, after: Stack): Promise<void> {
  const stackName = parseStackName(after.name);
  for (const [table, { output: key }] of Object.entries(tables) as [AnyTableName, { readonly output: string }][]) {
    const [old, now] = [before?.output(key), after.output(key)];
    if (old !== undefined && now === undefined)
      output.warn(`The table ${old} left the stack and keeps its rows. When its rule or option comes back, ${handIn(table, old)}`);
    if (old === undefined && now !== undefined)
      for (const name of await findOlder(after.account.tables, stackName, now))
        output.warn(
          `The table ${now} is new and empty; ${name} of an earlier deployment keeps its rows. To use them, ${handIn(table, name)}`,
        );
  }
}

const handIn = (table: AnyTableName, name: string) => `write tables: { ${table}: "${name}" } in settings.ts: docs/storage.md`;

/**
 * Returns none if AWS refuses to list tables: the stack is deployed by then, and that is no reason to fail.
 * CloudFormation names a table STACK-LOGICALID-SUFFIX, and its logical id stays the same when it comes back.
 */
async function findOlder(client: AwsClient, stackName: string, table: string): Promise<readonly string[]> {
  const prefix = table.slice(0, table.lastIndexOf("-") + 1);
  if (!table.startsWith(`${stackName}-`) || prefix === `${stackName}-`) return [];
  // Names come in order, from the prefix on, so that one page is enough.
  const { TableNames } = await client
    .call<{ readonly TableNames: readonly string[] }>("ListTables", { ExclusiveStartTableName: prefix })
    .catch((error: unknown) => {
      if (error instanceof AwsError) return { TableNames: [] };
      throw error;
    });
  return TableNames.filter((older) => older.startsWith(prefix) && older !== table);
}

const secrets: DeployStep = {
  name: "secrets",
  async look({ read, run, place, isAtTerminal, options }) {
    const listSecrets = async () =>
      (await read<{ readonly name: string; readonly filledIn: boolean; readonly optional?: true }>("secrets", "list", ...place)).lines;
    const emptyIn = (all: Awaited<ReturnType<typeof listSecrets>>) =>
      all.filter(({ filledIn, optional }) => !filledIn && !optional).map(({ name }) => name);
    const lines = await listSecrets();
    const empty = emptyIn(lines);
    if (empty.length === 0) return reportDone(lines.length === 0 ? "none is to be filled in" : `${lines.length} filled in`);
    return todo(`fill in ${empty.join(", ")}`, async () => {
      if (!isAtTerminal) {
        const commands = empty.map((name) => `  npm run gate -- ${["secrets", "set", name, ...place].join(" ")} < VALUE-FILE`);
        throw new CommandError([`${formatCount(empty.length, "secret")} to fill in, and no terminal to ask at:`, ...commands].join("\n"));
      }
      // The operator may leave a secret empty. Then the features that need the secret fail closed.
      for (const name of empty) assertUninterrupted(await run("secrets", "set", name, ...place));
      const emptyNames = emptyIn(await listSecrets());
      if (emptyNames.length === 0) return { state: "made", says: `${empty.join(", ")} filled in` };
      return {
        state: "findings",
        says: `${emptyNames.join(", ")} still to fill in: npm run gate -- secrets set ${emptyNames[0]}${placeFlags(options)}`,
      };
    });
  },
};

const list: DeployStep = {
  name: "list",
  async look(deploying) {
    const deployedStack = await deploying.stack();
    const TableName = deployedStack?.output("AccessListTable");
    if (deployedStack === undefined || TableName === undefined) throw new CommandError("The stack has no access list: see --stack.");
    const { Items } = await deployedStack.account.tables.call<{ readonly Items: readonly object[] }>("Scan", { TableName, Limit: 1 });
    const { options, isAtTerminal } = deploying;
    if (Items.length > 0) {
      const allowHint = options.allow === undefined ? "" : ": --allow fills only an empty list";
      return reportDone(`the access list has entries already${allowHint}`);
    }
    if (options.allow === undefined && (!isAtTerminal || options.yes)) {
      return {
        state: "skipped",
        says: `the access list is empty and lets nobody in: add --allow ENTRY, or run npm run gate -- list allow ENTRY`,
      };
    }
    return todo(`allow ${options.allow ?? "the entry that you type"}`, async () => await firstEntry(deploying));
  },
};

async function firstEntry({ options, place, run }: Deploying): Promise<Made> {
  const entry = options.allow ?? (await askQuestion("Who may sign up first? kim@contoso.com, or contoso.com (Enter: nobody yet): ")).trim();
  if (entry === "") return { state: "skipped", says: "the access list is empty and lets nobody in" };
  await mustRun(run("list", "allow", ...place, ...(options.yes ? ["--yes"] : []), "--", entry), options.stack);
  return { state: "made", says: `${entry} allowed` };
}

const entra: DeployStep = {
  name: "entra",
  async look({ options, isAtTerminal, place, run }) {
    if (!existsSync(entraFile())) {
      return { state: "skipped", says: "no entra.ts declares a user flow (docs/connect-entra.md): set up the connectors with entra apply" };
    }
    if (process.env.AZURE_CLIENT_ID === undefined && !isAtTerminal) {
      return {
        state: "skipped",
        says: "there is no access to Entra: set AZURE_CLIENT_ID, or run npm run gate -- entra apply at a terminal",
      };
    }
    const where = [...place, ...[...(options.endpoint ?? [])].flatMap(([name, url]) => ["--endpoint", `${name}=${url}`])];
    const exitCode = await run("entra", "plan", ...where);
    if (exitCode === exitCodes.done) return reportDone("the tenant calls the gate");
    if (exitCode !== exitCodes.changes) throw new CommandError("Something is in the way in the tenant; the lines above say what.");
    return todo("entra apply", async () => {
      if (!options.yes && !(await isConfirmed("Make these changes in the tenant?")))
        return { state: "skipped", says: "the tenant stays as it is" };
      await mustRun(run("entra", "apply", ...where), options.stack);
      return { state: "made", says: "the tenant calls the gate" };
    });
  },
};

async function isConfirmed(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) throw new CommandError("There is no terminal to ask at, so the tenant was not changed: add --yes.");
  return await requireConfirmation(question).then(
    () => true,
    (error: CommandError) => {
      if (error.exitCode === exitCodes.interrupted) throw error;
      return false;
    },
  );
}

const smoke: DeployStep = {
  name: "smoke",
  async look({ place, run }) {
    return todo("sign up as Entra would", async () => {
      const exitCode = await run("smoke", ...place);
      if (exitCode === exitCodes.findings) return { state: "findings", says: "there is something to fix" };
      if (exitCode !== exitCodes.done) throw new CommandError("The deployment could not be tried; the lines above say why.");
      return { state: "made", says: "no fault in what was tried" };
    });
  },
};

/** The steps in the order in which they run. */
export const deploySteps: readonly DeployStep[] = [checks, stack, secrets, list, entra, smoke];

/** Steps that can run before the stack exists. */
export const beforeStack: readonly string[] = [checks.name, stack.name];

function reportDone(says: string): Looked {
  return { state: "done", says };
}

function todo(says: string, make: () => Promise<Made>): Looked {
  return { state: "todo", says, make };
}

function assertUninterrupted(exitCode: number): void {
  if (exitCode === exitCodes.interrupted) throw new CommandError("Interrupted: the same command goes on.", exitCodes.interrupted);
}

async function mustRun(running: Promise<number>, name: string): Promise<void> {
  const exitCode = await running;
  assertUninterrupted(exitCode);
  if (exitCode !== exitCodes.done)
    throw new CommandError(`${name} is not ready; the lines above say why. The same command goes on from here.`);
}
