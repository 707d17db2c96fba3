import type { Command } from "commander";

/**
 * An option that means something only with another, or only without it. The other is written as people type it: `--archive`, with
 * its value where that counts (`--as external-tenant`), or an argument by its name: `file`.
 */
export type OptionPair =
  | { readonly option: string; readonly needs: string; readonly why?: string }
  | { readonly option: string; readonly not: string };

/** An id is one at a provider. */
export const ACCOUNT_PAIR: OptionPair = { option: "--id", needs: "--issuer", why: "at which provider is it the account's id?" };

/** Refuses options that would be passed over in silence: nobody is to believe that they were heard. */
export function withPairs(command: Command, pairs: readonly OptionPair[]): Command {
  return command.hook("preAction", (_, acting) => {
    for (const pair of pairs) if (isTyped(acting, pair.option) && !isServed(acting, pair)) acting.error(`error: ${refusal(pair)}`);
  });
}

function isServed(command: Command, pair: OptionPair): boolean {
  return "needs" in pair ? isTyped(command, pair.needs) : !isTyped(command, pair.not);
}

function refusal(pair: OptionPair): string {
  if ("not" in pair) return `${pair.option} goes without ${pair.not}: leave one of them out.`;
  const { option, needs, why = "alone it does nothing." } = pair;
  return `${option} needs ${needs.startsWith("--") ? needs : `a ${needs}`}: ${why}`;
}

/** Whether it stands on the command line: a default or a variable is meant for other commands too. */
function isTyped(command: Command, text: string): boolean {
  if (!text.startsWith("--")) {
    return command.processedArgs[command.registeredArguments.findIndex((argument) => argument.name() === text)] !== undefined;
  }
  const [flag = "", value] = text.split(" ");
  const name = flag.slice(2).replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  if (command.getOptionValueSourceWithGlobals(name) !== "cli") return false;
  return value === undefined || command.optsWithGlobals()[name] === value;
}
