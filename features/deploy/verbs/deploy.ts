import { stackFor } from "../../../cli/aws/stack";
import { type CommandContext, placeFlags } from "../../../cli/command";
import { exitCodes } from "../../../cli/exit-codes";
import { CommandError } from "../../../cli/failure";
import { parseJsonObject } from "../../../engine/json";
import type { Deploying, DeployOptions, Looked } from "./step";
import { beforeStack, deploySteps } from "./steps";

const marks = { done: "ok ", made: "ok ", skipped: "-  ", todo: "->  ", findings: "!! " } as const;

/** Each step first checks what is already done, so a new run continues after a failed one. */
export async function deploy(options: DeployOptions, session: CommandContext): Promise<void> {
  if (options.local) throw new CommandError("A running npm start has nothing to deploy: leave --local out.");
  const deploying = createDeploying(options, session);
  for (const { name, look } of deploySteps) {
    const isEarly = options.dryRun && !beforeStack.includes(name) && (await deploying.stack()) === undefined;
    const lookResult: Looked = isEarly ? { state: "skipped", says: "nothing is deployed yet" } : await look(deploying);
    const came = lookResult.state === "todo" && !options.dryRun ? await lookResult.make() : lookResult;
    if (options.json) session.output.json({ step: name, state: came.state, says: came.says });
    else session.output.print(`${marks[came.state]} ${name}: ${came.says}`);
    if (came.state === "findings") session.exitCode = exitCodes.findings;
  }
  if (!options.json && !options.dryRun) await printNext(deploying);
}

async function printNext({ stack, options, output }: Deploying): Promise<void> {
  const deployedStack = await stack();
  const flags = placeFlags(options);
  for (const url of deployedStack?.outputUrls ?? []) output.print(`    ${url}`);
  output.print(`Next: npm run gate -- list allow ADDRESS${flags}, decisions --follow${flags}, doctor${flags}`);
}

function createDeploying(options: DeployOptions, { output, run }: CommandContext): Deploying {
  if (run === undefined) throw new Error("Commands cannot be run here.");
  const { stack, region, profile } = options;
  const place = [
    // --stage is not passed on: the stack's name includes it. settings.ts may read the stage from the environment, where it already is.
    ...["--stack", stack],
    ...(region === undefined ? [] : ["--region", region]),
    ...(profile === undefined ? [] : ["--profile", profile]),
  ];
  // Standard output has only the lines of JSON, so other output goes to standard error.
  const stdout = { write: (text: string) => text.replace(/\n$/, "").split("\n").forEach(output.warn) };
  return {
    options,
    place,
    isAtTerminal: process.stdin.isTTY === true,
    output,
    stack: async () => await stackFor(options),
    run: async (...words) => await run(words, options.json ? { stdout } : {}),
    async read<T>(...words: readonly string[]) {
      let text = "";
      const outputLines: string[] = [];
      const stderr = { write: (line: string) => outputLines.push(line.trimEnd()) };
      const exitCode = await run([...words, "--json"], { stdout: { write: (part) => (text += part) }, stderr });
      const failure = exitCode === exitCodes.failed ? (outputLines.pop() ?? `${words.join(" ")} failed without a word.`) : undefined;
      outputLines.forEach(output.warn);
      if (failure !== undefined) {
        const { error = failure } = parseJsonObject(failure) ?? {};
        throw new CommandError(String(error));
      }
      return { exitCode, lines: text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as T])) };
    },
  };
}
