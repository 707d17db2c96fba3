import type { Command } from "commander";

/** Where a command finds the table and the secret. */
export interface DeploymentOptions {
  readonly stack: string;
  readonly region?: string;
  readonly profile?: string;
  readonly local?: boolean;
  readonly data?: string;
}

export interface JsonOption {
  readonly json?: boolean;
}

export function withJson(command: Command): Command {
  return command.option("--json", "print JSON, one object a line");
}

/** The options of every command that works on a deployed stack, or on a running npm start. */
export function withDeployment(command: Command): Command {
  return withJson(command)
    .option("--stack <name>", "the deployed CloudFormation stack", "Gatehouse")
    .option("--region <region>", "AWS region (otherwise AWS_REGION, or the profile's)")
    .option("--profile <name>", "profile of the AWS configuration files (otherwise AWS_PROFILE)")
    .option("--local", "work on a running npm start instead")
    .option("--data <dir>", "with --local: the data folder given to npm start")
    .addHelpText("after", EXIT_CODES);
}

/** A command's examples, below its options. */
export function withExamples(command: Command, examples: readonly string[]): Command {
  return command
    .addHelpText("after", ["", "Examples:", ...examples.map((example) => `  $ npx entra-gatehouse ${example}`)].join("\n"))
    .showHelpAfterError(`Examples: npx entra-gatehouse ${pathOf(command)} --help`);
}

export const EXIT_CODES =
  "\nExit codes: 0 done or allowed, 1 failed, 2 denied (list check, explain), findings (list lint) or changes (preview), 130 interrupted. GATEHOUSE_DEBUG=1 shows where an error arose.";

function pathOf(command: Command): string {
  const names: string[] = [];
  for (let each: Command | null = command; each?.parent; each = each.parent) names.unshift(each.name());
  return names.join(" ");
}
